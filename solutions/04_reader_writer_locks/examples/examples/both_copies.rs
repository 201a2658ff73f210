//! Left-right: two copies, and every change made twice. Readers see it when it is published.

use left_right::Absorb;

// ANCHOR: absorb
#[derive(Default)]
struct Routes(Vec<&'static str>);

/// What can be done to the routes, written down.
struct Add(&'static str);

impl Absorb<Add> for Routes {
    /// To the copy that nobody reads, before it is published.
    fn absorb_first(&mut self, add: &mut Add, _other: &Self) {
        println!("  {} goes into one copy", add.0);
        self.0.push(add.0);
    }

    /// To the other copy, when its last reader has left.
    fn absorb_second(&mut self, add: Add, _other: &Self) {
        println!("  {} goes into the other copy", add.0);
        self.0.push(add.0);
    }

    fn sync_with(&mut self, first: &Self) {
        self.0.clone_from(&first.0);
    }
}
// ANCHOR_END: absorb

fn main() {
    // ANCHOR: body
    let (mut writer, reader) = left_right::new::<Routes, Add>();
    let show = |when| println!("{when}: {:?}", reader.enter().expect("the writer lives").0);
    writer.publish(); // from here on there are two copies, in use
    writer.append(Add("/cart"));
    show("appended");
    writer.publish();
    show("published");
    writer.append(Add("/pay"));
    writer.publish();
    show("published");
    // ANCHOR_END: body
}
