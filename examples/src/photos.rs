//! Labelled photographs: `scripts/fetch-data` fetches them.

use std::path::{Path, PathBuf};

use image::{DynamicImage, ImageError};

/// A photograph, and what is on it.
#[derive(Clone, Debug)]
pub struct Photo {
    /// The file's name.
    pub name: String,
    /// Its class, from 0.
    pub label: usize,
    /// The picture.
    pub picture: DynamicImage,
}

/// Why photographs cannot be loaded.
#[derive(thiserror::Error, Debug)]
pub enum PhotosError {
    /// There are none.
    #[error("no {set} photographs in {}: `scripts/fetch-data` fetches them", folder.display())]
    Absent {
        /// What their names start with.
        set: String,
        /// Where they were looked for.
        folder: PathBuf,
    },
    /// A file cannot be read as a picture.
    #[error("{}: {source}", path.display())]
    Picture {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: ImageError,
    },
}

/// Reads `folder/<set>_<number>_<label>.<extension>`, in the order of the names.
pub fn load(folder: &Path, set: &str) -> Result<Vec<Photo>, PhotosError> {
    let entries = folder.read_dir().into_iter().flatten().flatten();
    let mut paths: Vec<_> = entries.map(|entry| entry.path()).collect();
    paths.sort();
    let mut photos = Vec::new();
    for path in paths {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let stem = name.split('.').next().unwrap_or_default();
        let Some(rest) = stem.strip_prefix(set).and_then(|rest| rest.strip_prefix('_')) else {
            continue;
        };
        let Some(Ok(label)) = rest.split('_').nth(1).map(str::parse) else { continue };
        let picture = match image::open(&path) {
            Ok(picture) => picture,
            Err(source) => return Err(PhotosError::Picture { path, source }),
        };
        photos.push(Photo { name, label, picture });
    }
    if photos.is_empty() {
        let (set, folder) = (set.to_owned(), folder.to_owned());
        return Err(PhotosError::Absent { set, folder });
    }
    Ok(photos)
}

/// The `n` most likely classes, the likeliest first.
pub fn top(scores: &[f32], n: usize) -> Vec<usize> {
    let mut classes: Vec<_> = (0..scores.len()).collect();
    classes.sort_by(|&a, &b| scores[b].total_cmp(&scores[a]));
    classes.truncate(n);
    classes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn photographs_are_read_with_their_labels() {
        let folder = std::env::temp_dir().join(format!("photos-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        for name in ["a_01_7.png", "a_00_12.png", "b_00_1.png", "a_readme.png"] {
            image::GrayImage::new(1, 1).save(folder.join(name)).unwrap();
        }
        let check = |set: &str, expect: &[(&str, usize)]| {
            let found = load(&folder, set).unwrap();
            let found: Vec<_> = found.iter().map(|p| (p.name.as_str(), p.label)).collect();
            assert_eq!(found, expect);
        };
        check("a", &[("a_00_12.png", 12), ("a_01_7.png", 7)]);
        check("b", &[("b_00_1.png", 1)]);
        let error = load(&folder, "c").unwrap_err().to_string();
        assert!(error.starts_with("no c photographs in"), "{error}");
        std::fs::write(folder.join("d_0_1.png"), "no picture").unwrap();
        assert!(matches!(load(&folder, "d"), Err(PhotosError::Picture { .. })));
        let _ = std::fs::remove_dir_all(&folder);
    }

    #[test]
    fn the_likeliest_come_first() {
        let check = |scores: &[f32], n, expect: &[usize]| assert_eq!(top(scores, n), expect);
        check(&[0.1, 0.5, 0.4], 2, &[1, 2]);
        check(&[0.1], 5, &[0]);
        check(&[f32::NAN, 1.0, 2.0], 3, &[0, 2, 1]);
    }
}
