//! A model for many sizes, and a merge that is suspect.

formwork::model! {
    /// Declared for fewer sizes than it takes.
    pub struct Pair<H, W, const CLASSES: usize = 3>(
        image: [_, H, W, 3],
        small: [_, H / 2, W / 2, 1],
    ) -> [_, H, W, CLASSES]
    where H % 8 == 0, W % 2 == 0, W >= 6
    {
        let head = conv2d(CLASSES, 1);
        let half: [_, H / 2, W / 2, 4] = image.conv2d(4, 3, stride = 2, padding = same);
        let both = half + image.conv2d(4, 1, stride = 2);
        let refined: [_, H / 2, W / 2, 4] = concat(both, small).apply::<Refine>();
        let pooled = image.global_avg_pool2d(keepdims = true).conv2d(4, 1).batch_norm();
        head(refined.upsample2d(2)) + head(image.conv2d(4, 1)) + head(pooled)
    }
}
