//! A pool that goes before two of its guards: what is dropped, and when.

use object_pool::Pool;

struct Buffer(&'static str);

impl Drop for Buffer {
    fn drop(&mut self) {
        println!("{}", self.0);
    }
}

fn main() {
    let names = std::sync::Mutex::new(vec!["C is dropped", "B is dropped", "A is dropped"]);
    let make = move || Buffer(names.lock().unwrap().pop().expect("three are enough"));
    // ANCHOR: body
    let pool = Pool::new(3, make, |_| ());
    let a = pool.try_take().unwrap();
    let b = pool.try_take().unwrap();
    let c = pool.try_take().unwrap();
    drop(b);
    println!("B is back");
    drop(pool);
    println!("the pool has gone");
    drop(a);
    println!("the first guard has gone");
    drop(c);
    // ANCHOR_END: body
}
