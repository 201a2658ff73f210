//! A struct in a sequence lock: how it becomes words, and a struct again.

use seqlock::SeqLock;

// ANCHOR: body
#[derive(Clone, Copy, Debug)]
struct Quote {
    bid_size: u32,
    ask_size: u32,
    price: f64,
}

impl Quote {
    fn into_words(self) -> [u64; 2] {
        let sizes = u64::from(self.bid_size) << 32 | u64::from(self.ask_size);
        [sizes, self.price.to_bits()]
    }

    fn from_words([sizes, price]: [u64; 2]) -> Self {
        Self {
            bid_size: (sizes >> 32) as u32,
            ask_size: sizes as u32,
            price: f64::from_bits(price),
        }
    }
}
// ANCHOR_END: body

fn main() {
    let opened = Quote {
        bid_size: 300,
        ask_size: 200,
        price: 101.5,
    };
    let quote = SeqLock::new(opened.into_words());
    {
        let mut words = quote.write();
        let mut changed = Quote::from_words(*words);
        changed.ask_size -= 50;
        *words = changed.into_words();
    }
    println!("{:?}", Quote::from_words(quote.read()));
}
