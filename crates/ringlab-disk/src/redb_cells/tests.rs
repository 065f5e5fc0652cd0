//! redb behind the trait: in memory everywhere, in a file where there are any.

#[cfg(all(target_arch = "wasm32", target_os = "unknown"))]
use wasm_bindgen_test::wasm_bindgen_test as test;

use redb::backends::InMemoryBackend;
use ringlab::storage::conformance::{Ground, conforms};

use super::*;

/// A database in memory, which outlives who writes to it.
struct MemoryGround(Option<Database>);

impl MemoryGround {
    fn new() -> Self {
        let database = Database::builder().create_with_backend(InMemoryBackend::new());
        Self(Some(database.unwrap()))
    }
}

impl Ground for MemoryGround {
    type Cells = RedbCells;

    fn open(&mut self) -> Result<RedbCells, String> {
        let database = self.0.take().ok_or("it is open, or was refused")?;
        RedbCells::new(database).map_err(|error| error.to_string())
    }

    fn close(&mut self, cells: RedbCells) {
        self.0 = Some(cells.into_database());
    }
}

#[test]
fn redb_in_memory_conforms() {
    let test = "redb_cells::tests::redb_in_memory_conforms";
    conforms(test, 30, |_| MemoryGround::new());
}

#[cfg(not(target_arch = "wasm32"))]
mod in_a_file {
    use tempfile::TempDir;

    use super::*;

    struct FileGround(TempDir);

    impl Ground for FileGround {
        type Cells = RedbCells;

        fn open(&mut self) -> Result<RedbCells, String> {
            let database = Database::create(self.0.path().join("cells.redb"));
            let cells = database.map_err(told).and_then(RedbCells::new);
            cells.map_err(|error| error.to_string())
        }

        fn close(&mut self, cells: RedbCells) {
            drop(cells);
        }
    }

    #[test]
    fn redb_in_a_file_conforms() {
        let test = "redb_cells::tests::in_a_file::redb_in_a_file_conforms";
        conforms(test, 10, |_| FileGround(TempDir::new().unwrap()));
    }
}
