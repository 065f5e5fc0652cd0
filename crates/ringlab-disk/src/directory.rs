//! A disk that is a directory of the system. It knows no records, and only one program at a time
//! has it.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use ringlab::disk::{Disk, DiskError, Operation};

/// Held by the program that has the directory.
const LOCK: &str = ".lock";

/// Files in a directory.
#[derive(Debug)]
pub struct Directory {
    path: PathBuf,
    /// Files that were used, open.
    files: RefCell<BTreeMap<String, Open>>,
    /// The lock lasts as long as the file is open.
    _lock: File,
}

#[derive(Debug)]
struct Open {
    file: File,
    length: u64,
}

impl Directory {
    /// The directory of this path, made if it is not there.
    ///
    /// # Errors
    ///
    /// [`DiskError::Failed`] when another program has it; any [`DiskError`] that the system gives
    /// cause for when it cannot be made.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, DiskError> {
        let path = path.as_ref().to_path_buf();
        let named = |error| failed(Operation::Name, LOCK, &error);
        fs::create_dir_all(&path).map_err(named)?;
        let mut options = OpenOptions::new();
        options.create(true).truncate(false).write(true);
        let lock = options.open(path.join(LOCK)).map_err(named)?;
        lock.try_lock().map_err(|error| named(error.into()))?;
        Ok(Self {
            path,
            files: RefCell::default(),
            _lock: lock,
        })
    }

    /// Does something with a file, opened when it is not.
    fn with<T>(
        &self,
        name: &str,
        operation: Operation,
        work: impl FnOnce(&mut Open) -> io::Result<T>,
    ) -> Result<T, DiskError> {
        let mut files = self.files.borrow_mut();
        if !files.contains_key(name) {
            let opened = OpenOptions::new()
                .read(true)
                .append(true)
                .open(self.path.join(name));
            let opened = opened.and_then(|file| {
                let length = file.metadata()?.len();
                Ok(Open { file, length })
            });
            let opened = opened.map_err(|error| failed(operation, name, &error))?;
            files.insert(name.to_owned(), opened);
        }
        let open = files.get_mut(name).expect("it was just put in");
        work(open).map_err(|error| failed(operation, name, &error))
    }

    /// Makes a change of names survive a crash. Where it was made and cannot be synced nobody knows
    /// which names there are: that is no full disk, on which all would be as it was.
    fn sync_names(&self, name: &str, changed: io::Result<()>) -> Result<(), DiskError> {
        changed.map_err(|error| failed(Operation::Name, name, &error))?;
        sync_directory(&self.path).map_err(|error| DiskError::Failed {
            operation: Operation::Name,
            name: name.to_owned(),
            reason: error.to_string(),
        })
    }
}

impl Disk for Directory {
    fn create(&mut self, name: &str) -> Result<(), DiskError> {
        let mut options = OpenOptions::new();
        options.create_new(true).read(true).append(true);
        let created = options.open(self.path.join(name));
        let file = created.map_err(|error| failed(Operation::Name, name, &error))?;
        let open = Open { file, length: 0 };
        self.files.get_mut().insert(name.to_owned(), open);
        self.sync_names(name, Ok(()))
    }

    fn append(&mut self, name: &str, bytes: &[u8]) -> Result<(), DiskError> {
        self.with(name, Operation::Append, |open| {
            let written = open.file.write_all(bytes);
            if let Err(error) = written {
                if is_full(&error) {
                    open.file.set_len(open.length)?;
                }
                return Err(error);
            }
            open.length += bytes.len() as u64;
            Ok(())
        })
    }

    fn sync(&mut self, name: &str) -> Result<(), DiskError> {
        self.with(name, Operation::Sync, |open| open.file.sync_data())
    }

    fn read(&self, name: &str, offset: u64, bytes: &mut [u8]) -> Result<(), DiskError> {
        self.with(name, Operation::Read, |open| {
            read_at(&open.file, offset, bytes)
        })
    }

    fn length(&self, name: &str) -> Result<u64, DiskError> {
        self.with(name, Operation::Read, |open| Ok(open.length))
    }

    fn rename(&mut self, from: &str, to: &str) -> Result<(), DiskError> {
        let files = self.files.get_mut();
        files.remove(to);
        if let Some(open) = files.remove(from) {
            files.insert(to.to_owned(), open);
        }
        let renamed = fs::rename(self.path.join(from), self.path.join(to));
        self.sync_names(from, renamed)
    }

    fn delete(&mut self, name: &str) -> Result<(), DiskError> {
        self.files.get_mut().remove(name);
        let deleted = fs::remove_file(self.path.join(name));
        self.sync_names(name, deleted)
    }

    fn list(&self) -> Result<Vec<String>, DiskError> {
        let list = || -> io::Result<Vec<String>> {
            let entries = fs::read_dir(&self.path)?;
            let name = |entry: io::Result<fs::DirEntry>| Ok(entry?.file_name());
            let names = entries.map(name).collect::<io::Result<Vec<_>>>()?;
            // What no disk calls a file so is not ours.
            let names = names.into_iter().filter_map(|name| name.into_string().ok());
            Ok(names.filter(|name| name != LOCK).collect())
        };
        let mut names = list().map_err(|error| failed(Operation::Name, "", &error))?;
        names.sort();
        Ok(names)
    }
}

fn failed(operation: Operation, name: &str, error: &io::Error) -> DiskError {
    let name = name.to_owned();
    match error.kind() {
        ErrorKind::NotFound => DiskError::Missing { name },
        ErrorKind::AlreadyExists => DiskError::Exists { name },
        ErrorKind::UnexpectedEof => DiskError::PastEnd { name },
        _ if is_full(error) => DiskError::Full,
        _ => DiskError::Failed {
            operation,
            name,
            reason: error.to_string(),
        },
    }
}

fn is_full(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded
    )
}

#[cfg(unix)]
fn read_at(file: &File, offset: u64, bytes: &mut [u8]) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, bytes, offset)
}

#[cfg(not(unix))]
fn read_at(mut file: &File, offset: u64, bytes: &mut [u8]) -> io::Result<()> {
    use std::io::{Read, Seek, SeekFrom};
    file.seek(SeekFrom::Start(offset))?;
    file.read_exact(bytes)
}

#[cfg(unix)]
fn sync_directory(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

/// Where directories cannot be synced the system does it with the file.
#[cfg(not(unix))]
fn sync_directory(_path: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests;
