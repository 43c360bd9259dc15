//! Runs a target: what was found before, real messages, then changed ones until the time is over.
//!
//! Which inputs are worth changing further is told by what they came to: a target gives a number for its result, and one that
//! gives a new number joins the pool.

use crate::change::Changer;
use rustix::time::{ClockId, clock_gettime};
use std::{
    collections::HashSet,
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    panic::{AssertUnwindSafe, catch_unwind},
    path::PathBuf,
    sync::{Arc, LazyLock, Mutex, RwLock},
    time::{Duration, Instant},
};

/// What an input may take of a processor, where [`work`] takes no longer than [`PACE`]; on a slower machine, as much longer.
/// Measured in optimised builds only.
const MOST_TIME: Duration = Duration::from_millis(100);
const PACE: Duration = Duration::from_millis(17);
/// An input that takes so long hangs.
const HANG: Duration = Duration::from_secs(60);
/// Inputs of the short burst in `cargo test`.
const BURST: usize = 150;
/// Inputs kept for further changes.
const POOL: usize = 4_000;
/// Tries at making a failing input smaller.
const SHRINKS: usize = 100;

pub struct Target {
    pub name: &'static str,
    /// Inputs that come to about a minute: so many for each minute asked for where the seed is given, so that what is found
    /// doesn't hang on how fast a machine is.
    pub a_minute: usize,
    /// Real messages.
    pub seeds: Vec<Vec<u8>>,
    /// What such inputs are made of.
    pub words: &'static [&'static str],
    /// The greatest length that reaches this code, in bytes.
    pub most: usize,
    /// Reads an input.
    pub read: fn(&[u8]) -> Check,
}

/// Checks what must be true of a result, and gives a number for its kind; not measured.
pub type Check = Box<dyn FnOnce() -> u64>;

/// While one input is measured alone, no other runs.
static ALONE: RwLock<()> = RwLock::new(());

/// The bound for an input on this machine.
fn most_time() -> Duration {
    static MOST: LazyLock<Duration> = LazyLock::new(|| {
        let pace = (0..7).map(|_| work()).min().unwrap_or(PACE);
        let most = MOST_TIME.mul_f64((pace.as_secs_f64() / PACE.as_secs_f64()).max(1.0));
        eprintln!("the machine's pace is {pace:?}, so an input may take {most:?}");
        most
    });
    *MOST
}

/// What a fixed piece of work takes that says how fast a machine is: reading two megabytes of JSON.
fn work() -> Duration {
    let text = format!("[{}null]", "{\"id\":\"https://river.example/1\",\"n\":[1,2,3]},".repeat(1 << 15));
    let begun = processor_time();
    let read: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert!(read.is_array());
    processor_time().saturating_sub(begun)
}

enum Failure {
    Panic,
    Slow(Duration),
}

pub fn run(target: &Target) {
    let seconds: Option<u64> = std::env::var("COMMUNARD_FUZZ_SECONDS").ok().map(|text| text.parse().unwrap());
    let seed = std::env::var("COMMUNARD_FUZZ_SEED").ok().map(|text| text.parse().unwrap());
    let most = match (seconds, seed) {
        (None, _) => BURST,
        (Some(seconds), Some(_)) => target.a_minute * usize::try_from(seconds).unwrap() / 60,
        (Some(_), None) => usize::MAX,
    };
    let within = seconds.filter(|_| seed.is_none()).map_or(Duration::MAX, Duration::from_secs);
    let seed = seed.unwrap_or_else(|| seconds.map_or(1, |_| chrono::Utc::now().timestamp() as u64));
    let watch = Watch::start(target.name);
    let timed = seconds.is_some();

    let kept = regressions(target.name);
    let found = fs::read_dir(&kept).into_iter().flatten().flatten().map(|entry| fs::read(entry.path()).unwrap());
    let mut pool: Vec<Vec<u8>> = target.seeds.iter().cloned().chain(found).collect();
    assert!(!pool.is_empty());
    // Folders list their files in any order.
    pool.sort();
    let (mut known, mut slowest) = (HashSet::new(), Duration::ZERO);
    for input in &pool {
        let (result, took) = try_one(target, input, timed, &watch);
        known.insert(result);
        slowest = slowest.max(took);
    }

    let mut changer = Changer::new(seed, target.words, target.most);
    let (begun, mut count) = (Instant::now(), 0_usize);
    while count < most && begun.elapsed() < within {
        let input = changer.next(&pool);
        let (result, took) = try_one(target, &input, timed, &watch);
        slowest = slowest.max(took);
        count += 1;
        if known.insert(result) && pool.len() < POOL && input.len() < 64 << 10 {
            pool.push(input);
        }
    }
    watch.end();
    let kinds = known.len();
    eprintln!(
        "{}: {count} inputs, {kinds} kinds of result, slowest {slowest:?}, seed {seed}, {:?}",
        target.name,
        begun.elapsed()
    );
}

/// Reads one input: what it came to, and how long it took; a failing one is made small and kept, and the test ends.
fn try_one(target: &Target, input: &[u8], timed: bool, watch: &Watch) -> (u64, Duration) {
    watch.reads(input);
    let failure = match measured(target, input) {
        Ok(read) if !timed || read.1 <= most_time() => return read,
        Ok((result, took)) => match alone(target, input) {
            Some(took) if took > most_time() => Failure::Slow(took),
            alone => return (result, alone.unwrap_or(took)),
        },
        Err(failure) => failure,
    };
    // Making it small takes its time, which is no hang.
    watch.end();
    let small = shrunk(target, input, &failure);
    let path = keep(target.name, &small);
    match failure {
        Failure::Panic => panic!("{}: panics, see {}", target.name, path.display()),
        Failure::Slow(took) => panic!("{}: takes {took:?}, see {} ({} bytes)", target.name, path.display(), small.len()),
    }
}

fn measured(target: &Target, input: &[u8]) -> Result<(u64, Duration), Failure> {
    let _shared = ALONE.read().unwrap_or_else(|poisoned| poisoned.into_inner());
    let both = || {
        let begun = processor_time();
        let check = (target.read)(input);
        let took = processor_time().saturating_sub(begun);
        (check(), took)
    };
    catch_unwind(AssertUnwindSafe(both)).map_err(|_| Failure::Panic)
}

/// What this thread has had of a processor so far: other programs on the machine don't count.
fn processor_time() -> Duration {
    Duration::try_from(clock_gettime(ClockId::ThreadCPUTime)).unwrap()
}

/// The best of three, with nothing of ours beside it: what the machine does besides must not count.
fn alone(target: &Target, input: &[u8]) -> Option<Duration> {
    let _alone = ALONE.write().unwrap_or_else(|poisoned| poisoned.into_inner());
    let once = |_| {
        let begun = processor_time();
        catch_unwind(AssertUnwindSafe(|| (target.read)(input))).ok().map(|_| processor_time().saturating_sub(begun))
    };
    (0..3).filter_map(once).min()
}

/// Takes pieces out as long as it fails in the same way.
fn shrunk(target: &Target, input: &[u8], failure: &Failure) -> Vec<u8> {
    let fails = |input: &[u8]| match failure {
        Failure::Panic => measured(target, input).is_err(),
        Failure::Slow(_) => alone(target, input).is_some_and(|took| took > most_time()),
    };
    let (mut small, mut tries) = (input.to_vec(), 0);
    let mut piece = small.len() / 2;
    while piece > 0 {
        let mut at = 0;
        while at < small.len() && tries < SHRINKS {
            let shorter = [&small[..at], &small[(at + piece).min(small.len())..]].concat();
            tries += 1;
            if fails(&shorter) { small = shorter } else { at += piece }
        }
        piece /= 2;
    }
    small
}

fn regressions(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/regressions").join(name)
}

fn keep(name: &str, input: &[u8]) -> PathBuf {
    let mut hash = DefaultHasher::new();
    input.hash(&mut hash);
    let folder = regressions(name);
    fs::create_dir_all(&folder).unwrap();
    let path = folder.join(format!("{:016x}", hash.finish()));
    fs::write(&path, input).unwrap();
    path
}

/// The input that is read now, and since when.
type Current = Mutex<Option<(Instant, Vec<u8>)>>;

/// Sees an input that never ends, which nothing inside its thread could, and keeps one that ends the process.
struct Watch {
    current: Arc<Current>,
    file: PathBuf,
}

impl Watch {
    fn start(name: &'static str) -> Self {
        let file = std::env::temp_dir().join(format!("communard-fuzz-{name}"));
        // The last run ended in the middle of this one: a stack that overflowed, or memory. It is read first now.
        if let Ok(input) = fs::read(&file) {
            eprintln!("{name}: the last run ended in the middle of {}", keep(name, &input).display());
        }
        let current = Arc::<Current>::default();
        let watched = Arc::downgrade(&current);
        std::thread::spawn(move || {
            while let Some(current) = watched.upgrade() {
                let current = current.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).clone();
                if let Some((_, input)) = current.filter(|(since, _)| since.elapsed() > HANG) {
                    eprintln!("{name}: never ends, see {}", keep(name, &input).display());
                    std::process::abort();
                }
                std::thread::sleep(Duration::from_secs(1));
            }
        });
        Self { current, file }
    }

    fn reads(&self, input: &[u8]) {
        let _ = fs::write(&self.file, input);
        *self.current.lock().unwrap_or_else(|poisoned| poisoned.into_inner()) = Some((Instant::now(), input.to_vec()));
    }

    fn end(&self) {
        *self.current.lock().unwrap_or_else(|poisoned| poisoned.into_inner()) = None;
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.file);
    }
}
