//! What was asked on the command line. It knows no benchmark.

/// How to ask.
pub(crate) const USAGE: &str = "\
usage: ringlab-bench [ring | placement | comparison | keyspace | storage] [options]
  (nothing)       all benchmarks but the comparison
  --rounds N      rounds of which the median is told (default 21)
  --nodes A,B,C   sizes of the ring (default 10,100,1000)
  --only A,B      rivals whose names have one of these in them (default all)
  --json FOLDER   where the results go as JSON (default target/bench)
  --docs FOLDER   where the comparison's page goes, with its plots (default docs); it takes no
                  other option: its sizes and rounds are always the same";

/// Which benchmarks run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Benchmark {
    /// All of them but the comparison.
    All,
    /// The ring beside its rivals.
    Ring,
    /// Every placement beside its crate, and its qualities.
    Placement,
    /// Every placement in the quantities of the published comparison, as a page.
    Comparison,
    /// The population of keys.
    Keyspace,
    /// The log-structured store beside its rivals.
    Storage,
}

/// All of it.
#[derive(Clone, Debug)]
pub(crate) struct Options {
    pub(crate) benchmark: Benchmark,
    pub(crate) rounds: usize,
    pub(crate) nodes: Vec<usize>,
    pub(crate) only: Vec<String>,
    pub(crate) json: std::path::PathBuf,
    pub(crate) docs: std::path::PathBuf,
}

impl Options {
    /// Reads the arguments after the program's name.
    pub(crate) fn read(mut arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut options = Self {
            benchmark: Benchmark::All,
            rounds: 21,
            nodes: vec![10, 100, 1_000],
            only: Vec::new(),
            json: "target/bench".into(),
            docs: "docs".into(),
        };
        while let Some(argument) = arguments.next() {
            let mut value = || {
                let value = arguments.next();
                value.ok_or_else(|| format!("{argument} needs a value"))
            };
            match argument.as_str() {
                "ring" => options.benchmark = Benchmark::Ring,
                "placement" => options.benchmark = Benchmark::Placement,
                "comparison" => options.benchmark = Benchmark::Comparison,
                "keyspace" => options.benchmark = Benchmark::Keyspace,
                "storage" => options.benchmark = Benchmark::Storage,
                "--rounds" => options.rounds = number(&value()?)?.max(1),
                "--nodes" => {
                    options.nodes = value()?.split(',').map(number).collect::<Result<_, _>>()?;
                }
                "--only" => options.only = value()?.split(',').map(str::to_owned).collect(),
                "--json" => options.json = value()?.into(),
                "--docs" => options.docs = value()?.into(),
                _ => return Err(format!("unknown argument {argument}")),
            }
        }
        Ok(options)
    }
}

fn number(text: &str) -> Result<usize, String> {
    text.parse().map_err(|_| format!("{text} is no number"))
}
