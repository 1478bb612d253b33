//! Pictures of mouse eyes, each with a mask of the pupil: `scripts/fetch-data` fetches them.

use std::io;
use std::path::{Path, PathBuf};

use image::{GrayImage, ImageError, Luma};

/// A picture with its mask.
#[derive(Clone, Debug)]
pub struct Eye {
    /// The recording that the picture is from: one animal, one day.
    pub session: String,
    /// The file's name, without its extension.
    pub name: String,
    /// The picture, in grey.
    pub picture: GrayImage,
    /// 1 where the pupil is, 0 elsewhere.
    pub mask: GrayImage,
}

/// Why the pictures cannot be loaded.
#[derive(thiserror::Error, Debug)]
pub enum EyesError {
    /// There are none.
    #[error("no pictures in {}: `scripts/fetch-data` fetches them", .0.display())]
    Absent(PathBuf),
    /// A folder cannot be listed.
    #[error("{}: {source}", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// A picture cannot be read.
    #[error("{}: {source}", path.display())]
    Picture {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: ImageError,
    },
    /// A mask belongs to another picture.
    #[error("{}: the mask is {mask:?}, the picture {picture:?}", path.display())]
    Sizes {
        /// The picture's file.
        path: PathBuf,
        /// Width and height of the picture.
        picture: (u32, u32),
        /// Width and height of the mask.
        mask: (u32, u32),
    },
}

/// As [`load_as_they_are`], with the shadows of the pictures lightened: see [`lighten`].
pub fn load(root: &Path) -> Result<Vec<Eye>, EyesError> {
    let mut eyes = load_as_they_are(root)?;
    eyes.iter_mut().for_each(|eye| lighten(&mut eye.picture));
    Ok(eyes)
}

/// Reads `root/<session>/images/<name>.png` and the masks beside them, in the order of their names.
pub fn load_as_they_are(root: &Path) -> Result<Vec<Eye>, EyesError> {
    let mut eyes = Vec::new();
    for session in list(root).map_err(|_| EyesError::Absent(root.to_owned()))? {
        let images = session.join("images");
        if !images.is_dir() {
            continue;
        }
        let files = list(&images).map_err(|source| EyesError::Folder { path: images, source })?;
        for path in files {
            eyes.push(eye(&session, path)?);
        }
    }
    if eyes.is_empty() { Err(EyesError::Absent(root.to_owned())) } else { Ok(eyes) }
}

/// What is in a folder, sorted.
fn list(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path()));
    let mut paths = entries.collect::<io::Result<Vec<_>>>()?;
    paths.sort();
    Ok(paths)
}

fn eye(session: &Path, path: PathBuf) -> Result<Eye, EyesError> {
    let read = |path: &Path| {
        image::open(path).map_err(|source| EyesError::Picture { path: path.to_owned(), source })
    };
    let stem = |path: &Path| path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let picture = read(&path)?.into_luma8();
    let mask = session.join("masks").join(path.file_name().unwrap_or_default());
    let mut mask = read(&mask)?.into_luma8();
    if mask.dimensions() != picture.dimensions() {
        let (picture, mask) = (picture.dimensions(), mask.dimensions());
        return Err(EyesError::Sizes { path, picture, mask });
    }
    // The masks have a palette: black, and a colour for the pupil.
    mask.pixels_mut().for_each(|Luma([value])| *value = u8::from(*value > 0));
    let session = session.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Ok(Eye { session, name: stem(&path), picture, mask })
}

/// Makes recordings alike that were lit differently: of all values the lowest 1 % become 0, the
/// highest 10 % become 255, and what lies between follows a square root.
pub fn lighten(picture: &mut GrayImage) {
    let mut values = picture.as_raw().clone();
    values.sort_unstable();
    let at = |percent: usize| values.get(values.len() * percent / 100).copied().map(f32::from);
    let (Some(low), Some(high)) = (at(1), at(90)) else { return };
    for Luma([value]) in picture.pixels_mut() {
        let share = (f32::from(*value) - low) / (high - low).max(1.0);
        *value = (share.clamp(0.0, 1.0).sqrt() * 255.0).round() as u8;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(files: &[(&str, u32)], expect: &str) {
        let root =
            std::env::temp_dir().join(format!("eyes-{}-{}", std::process::id(), files.len()));
        for (file, side) in files {
            let path = root.join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            GrayImage::from_pixel(*side, 2, Luma([9])).save(path).unwrap();
        }
        let found = match load(&root) {
            Ok(eyes) => {
                let line =
                    |eye: &Eye| format!("{}/{} {:?}", eye.session, eye.name, eye.mask[(0, 0)].0);
                eyes.iter().map(line).collect::<Vec<_>>().join(", ")
            }
            Err(error) => error.to_string(),
        };
        let _ = std::fs::remove_dir_all(&root);
        let root = format!("{}/", root.display());
        assert_eq!(found.replace(&root, "").replace(root.trim_end_matches('/'), "."), expect);
    }

    #[test]
    fn pictures_are_read_with_their_masks() {
        check(&[], "no pictures in .: `scripts/fetch-data` fetches them");
        check(&[("b/images/1.png", 3), ("b/masks/1.png", 3)], "b/1 [1]");
        check(
            &[("b/images/1.png", 3), ("b/masks/1.png", 4), ("c/none.png", 1)],
            "b/images/1.png: the mask is (4, 2), the picture (3, 2)",
        );
    }

    #[test]
    fn recordings_are_lit_alike() {
        let check = |values: [u8; 10], expect: [u8; 10]| {
            let mut picture = GrayImage::from_raw(10, 1, values.to_vec()).unwrap();
            lighten(&mut picture);
            assert_eq!(picture.as_raw()[..], expect);
        };
        check([0, 0, 0, 25, 0, 0, 100, 0, 0, 100], [0, 0, 0, 128, 0, 0, 255, 0, 0, 255]);
        check([9, 9, 9, 34, 9, 9, 109, 9, 9, 109], [0, 0, 0, 128, 0, 0, 255, 0, 0, 255]);
        check([7; 10], [0; 10]);
        lighten(&mut GrayImage::new(0, 0));
    }
}
