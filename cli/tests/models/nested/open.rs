model! { struct Open(x: [_, 4]) -> [_, 2] { x.dense(2) }
