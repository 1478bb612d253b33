//! PyTorch files made by hand, as large or as odd as a test wants.

use std::io::Write;

/// A text.
pub fn text(text: &str) -> Vec<u8> {
    [b"X", (text.len() as u32).to_le_bytes().as_slice(), text.as_bytes()].concat()
}

/// A number.
pub fn int(number: i64) -> Vec<u8> {
    [b"\x8a\x08".as_slice(), &number.to_le_bytes()].concat()
}

pub fn tuple(parts: &[&[u8]]) -> Vec<u8> {
    [b"(".as_slice(), &parts.concat(), b"t"].concat()
}

pub fn dict(items: &[(&str, &[u8])]) -> Vec<u8> {
    let items: Vec<u8> =
        items.iter().flat_map(|(key, value)| [&text(key), *value].concat()).collect();
    [b"}(".as_slice(), &items, b"u"].concat()
}

/// A tensor of f32 in a storage.
pub fn tensor(storage: &str, shape: &[i64], strides: &[i64]) -> Vec<u8> {
    let sizes = |sizes: &[i64]| {
        let sizes: Vec<_> = sizes.iter().map(|&size| int(size)).collect();
        tuple(&sizes.iter().map(Vec::as_slice).collect::<Vec<_>>())
    };
    let [count, cpu, tag, key] = [int(0), text("cpu"), text("storage"), text(storage)];
    let storage =
        [tuple(&[&tag, b"ctorch\nFloatStorage\n", &key, &cpu, &count]), b"Q".to_vec()].concat();
    let hooks = b"ccollections\nOrderedDict\n)R";
    let arguments = tuple(&[&storage, &int(0), &sizes(shape), &sizes(strides), b"\x89", hooks]);
    [b"ctorch._utils\n_rebuild_tensor_v2\n".as_slice(), &arguments, b"R"].concat()
}

pub fn pickled(value: &[u8]) -> Vec<u8> {
    [b"\x80\x02", value, b"."].concat()
}

/// An archive with a pickle and storages of zeros, called `0`, `1`, …
pub fn zipped(value: &[u8], storages: &[usize]) -> Vec<u8> {
    let zeros = storages.iter().map(|&size| vec![0; size]);
    let names = (0..storages.len()).map(|key| format!("archive/data/{key}"));
    let mut files: Vec<_> = names.zip(zeros).collect();
    files.push(("archive/data.pkl".into(), pickled(value)));
    archive(
        &files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect::<Vec<_>>(),
    )
}

pub fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = rawzip::ZipArchiveWriter::new(Vec::new());
    for (name, bytes) in files {
        let (mut entry, config) = archive.new_file(*name).start().unwrap();
        let mut writer = config.wrap(&mut entry);
        writer.write_all(bytes).unwrap();
        let (_, descriptor) = writer.finish().unwrap();
        entry.finish(descriptor).unwrap();
    }
    archive.finish().unwrap()
}

/// A file as before PyTorch 1.6.
pub fn legacy(value: &[u8], storages: &[usize]) -> Vec<u8> {
    let magic = b"\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19";
    let keys: Vec<u8> = (0..storages.len()).flat_map(|key| text(&key.to_string())).collect();
    let keys = [b"](".as_slice(), &keys, b"e"].concat();
    let pickles: Vec<u8> = [magic.as_slice(), b"M\xe9\x03", b"}", value, &keys]
        .into_iter()
        .flat_map(pickled)
        .collect();
    let storages = storages
        .iter()
        .flat_map(|&size| [(size as u64 / 4).to_le_bytes().to_vec(), vec![0; size]].concat());
    pickles.into_iter().chain(storages).collect()
}
