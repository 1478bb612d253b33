model! {
    struct Windows(x: [_, 4]) -> [_, 2] {
        x.dense(3)
    }
}
