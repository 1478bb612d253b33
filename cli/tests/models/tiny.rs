formwork::model! {
    pub struct Tiny(image: [_, 4, 4, 1]) -> [_, 2] {
        image.conv2d(2, 3).flatten().dense(2)
    }

    pub struct Renamed(image: [_, 4, 4, 1]) -> [_, 2] {
        image.conv2d(2, 3, name = "stem").flatten().dense(2)
    }

    pub struct Other(image: [_, 4, 4, 1]) -> [_, 3] {
        image.conv2d(2, 3, name = "conv2").flatten().dense(3)
    }
}
