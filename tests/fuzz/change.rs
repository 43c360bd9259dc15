//! Inputs made of others at random, the same ones for the same seed.

use rand::{Rng, RngExt, SeedableRng, rngs::StdRng};

pub struct Changer {
    random: StdRng,
    words: Vec<Vec<u8>>,
    most: usize,
}

impl Changer {
    /// `words`: what this kind of input is made of. `most`: its greatest length in bytes.
    pub fn new(seed: u64, words: &[&str], most: usize) -> Self {
        let words = words.iter().map(|word| word.as_bytes().to_vec()).collect();
        Self { random: StdRng::seed_from_u64(seed), words, most }
    }

    /// One of the pool with a few changes; now and then one that repeats a piece up to the greatest length, since what takes
    /// too long takes it there.
    pub fn next(&mut self, pool: &[Vec<u8>]) -> Vec<u8> {
        let mut input = pool[self.below(pool.len())].clone();
        for _ in 0..=self.below(6) {
            self.change(&mut input, pool);
        }
        if self.below(40) == 0 {
            input = self.repeated(&input);
        }
        input.truncate(self.most);
        input
    }

    fn below(&mut self, end: usize) -> usize {
        if end == 0 { 0 } else { self.random.random_range(0..end) }
    }

    fn word(&mut self) -> Vec<u8> {
        let at = self.below(self.words.len());
        self.words[at].clone()
    }

    /// A piece of the input, at most `most` bytes.
    fn range(&mut self, length: usize, most: usize) -> std::ops::Range<usize> {
        let start = self.below(length + 1);
        let end = start + self.below((length - start).min(most) + 1);
        start..end
    }

    fn change(&mut self, input: &mut Vec<u8>, pool: &[Vec<u8>]) {
        let at = self.below(input.len() + 1);
        match self.below(10) {
            0 if at < input.len() => input[at] ^= 1 << self.below(8),
            1 => input.insert(at, self.random.next_u32() as u8),
            2 => drop(input.drain(self.range(input.len(), 64))),
            3 => {
                let piece = input[self.range(input.len(), 64)].to_vec();
                input.splice(at..at, piece);
            }
            4 => {
                let other = &pool[self.below(pool.len())];
                let piece = other[self.range(other.len(), 256)].to_vec();
                input.splice(at..at, piece);
            }
            5 => {
                let piece = self.word();
                let times = 1 << self.below(10);
                input.splice(at..at, piece.repeat(times));
            }
            6 => {
                let end = at + self.below((input.len() - at).min(16) + 1);
                let odd = ["", "0", "-1", "99999999999999999999", "1e999", "null", "\u{202e}", "\0", "é", "😀"];
                let odd = odd[self.below(odd.len())].bytes();
                input.splice(at..end, odd);
            }
            7 => input.truncate(at),
            _ => {
                let piece = self.word();
                input.splice(at..at, piece);
            }
        }
    }

    /// One to three words, or a piece of the input, again and again, with what stands around it.
    fn repeated(&mut self, input: &[u8]) -> Vec<u8> {
        let piece = match self.below(3) {
            0 => input[self.range(input.len(), 128)].to_vec(),
            _ => (0..=self.below(3)).flat_map(|_| self.word()).collect(),
        };
        if piece.is_empty() {
            return input.to_vec();
        }
        let at = self.below(input.len() + 1);
        let room = self.most.saturating_sub(input.len());
        let (before, after) = input.split_at(at);
        [before, &piece.repeat(room / piece.len()), after].concat()
    }
}
