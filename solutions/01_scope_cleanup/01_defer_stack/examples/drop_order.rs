//! Who is dropped first: locals in reverse, fields and elements in order.

struct Noisy(&'static str);

impl Drop for Noisy {
    fn drop(&mut self) {
        println!("  {}", self.0);
    }
}

struct Pair {
    _one: Noisy,
    _two: Noisy,
}

fn main() {
    println!("locals:");
    {
        let _first = Noisy("first");
        let _second = Noisy("second");
    }
    println!("fields:");
    drop(Pair {
        _two: Noisy("second field"),
        _one: Noisy("first field"),
    });
    println!("elements of a Vec:");
    drop(vec![Noisy("first pushed"), Noisy("last pushed")]);
    println!("let _ = and let _name =:");
    {
        let _ = Noisy("dropped at once");
        let _name = Noisy("dropped when the scope ends");
        println!("  last line of the scope");
    }
}
