//! What is broken.

/// A place to break: `old` stands once in `file`.
pub(crate) struct Mutant {
    pub(crate) what: &'static str,
    pub(crate) file: &'static str,
    pub(crate) old: &'static str,
    pub(crate) new: &'static str,
}

macro_rules! mutants {
    ($(in $file:literal: $($what:literal, $old:literal => $new:literal;)*)*) => {
        &[$($(Mutant { what: $what, file: $file, old: $old, new: $new },)*)*]
    };
}

pub(crate) const MUTANTS: &[Mutant] = mutants! {
    in "key.rs":
    "equal states: what stores release is left out",
        "key.view(&store.view);" => "";
    "equal states: what fences have prepared is left out",
        "self.view(&thread.acq);\n            self.view(&thread.rel);" => "";
    "equal states: what threads know is left out",
        "self.number(thread.node as usize);\n        self.view(&thread.cur);" => "self.number(thread.node as usize);";
    "equal states: which stores may be read is left out",
        "self.number(atomic.stores.partition_point(|store| store.place <= place));" => "let _ = place;";
    "equal states: which accesses are known is left out",
        "bits.push(view.clock(*t) >= *time);" => "bits.push(view.clock(*t) >= *time || true);";
    "equal states: which stores are followed is left out",
        "u8::from(store.followed) | u8::from(store.seen) << 1" => "u8::from(store.seen) << 1";
    "equal states: values are left out",
        "key.bytes.extend(store.val.to_le_bytes());" => "";
    "equal states: the node is left out",
        "self.number(thread.node as usize);\n" => "";
    "equal states: what is inside locks is left out",
        "key.number(lock.content as usize);" => "";
    "equal states: what is inside cells is left out",
        "key.number(cell.content as usize);" => "";
    "equal states: who holds a lock is left out",
        "key.threads(lock.writer);" => "";
    "equal states: what an unlock releases is left out",
        "key.view(&lock.view);" => "";
    "equal states: which store was read is left out of the graph",
        "self.number(from.map_or(0, |from| from.time as usize));" => "";
    "equal states: modification order is left out of the graph",
        "self.number(event(store).time as usize);" => "";
    "equal states: the token is left out",
        "        self.bytes.push(u8::from(thread.token.is_some()));\n        if let Some(token) = &thread.token {\n            self.view(token);\n        }\n" => "";

    in "reduce.rs":
    "what sleeps never wakes",
        "if depends || thread.phase == Phase::Done {" => "if false && depends {";
    "second visits put too much to sleep",
        "passed |= bits & meant;" => "passed |= bits | meant & 0;";
    "too much is asleep at a state that is known",
        ".map(|(t, &ways)| ways & others.of(t))" => ".map(|(t, &ways)| ways | others.of(t))";

    in "search.rs":
    "merging ignores sleep sets",
        "if known.are_within(&asleep) {" => "if true || known.are_within(&asleep) {";
    "a schedule is not taken: the last way of a state",
        "self.stack.push(Frame {\n            state," => "if ways.len() > 2 {\n            ways.pop();\n        }\n        self.stack.push(Frame {\n            state,";
    "executions with hidden state are merged",
        "self.settings.merge && !self.program.history.is_by_path()" => "self.settings.merge";
    "a program that comes to a known state is not run again",
        "return self.check_merged(state);" => "return (self.merged > 1 << 40).then(|| self.check_merged(state)).flatten();";
    "a local step goes in one way only",
        "ways = own.into_iter().map(|way| (t, way)).collect();" => "ways = own.into_iter().map(|way| (t, way)).take(1).collect();";

    in "wait.rs":
    "two equal rounds make a waiting loop",
        "pub(crate) const ROUNDS: usize = 128;" => "pub(crate) const ROUNDS: usize = 2;";
    "a round that holds a lock is no business of others",
        "self.looks.as_deref().filter(|_| !is_seen)" => "self.looks.as_deref().filter(|_| !is_seen || true)";
    "a round that stores is taken for one that looks",
        "Op::Load { x, .. } => looks.push(Look::Atomic { x, val: reply.val }),\n" => "Op::Store { .. } => {}\n                Op::Load { x, .. } => looks.push(Look::Atomic { x, val: reply.val }),\n";

    "whoever is awake for no reason misses nothing",
        "!looks.iter().all(is_guarded)" => "!looks.iter().all(is_guarded) && false";
    "a rehearsal sees what another thread is writing",
        "(!is_others).then_some(Reply { content, ..reply })" => "(!is_others || true).then_some(Reply { content, ..reply })";
    "a rehearsal does not see what it has written",
        "self.left.insert(m, content);" => "let _ = (m, content);";

    in "ending.rs":
    "whoever is locked out spins",
        "!sleeps(op) && !is_locked_out(t, op) && self" => "!sleeps(op) && (!is_locked_out(t, op) || true) && self";

    in "history.rs":
    "a program with hidden state is merged as it runs",
        "&& (!self.by_path || self.nodes[child as usize].wait.is_some())" => "";

    in "world.rs":
    "what is written through a reference is not seen",
        "effect(Effect::Wrote { c, content });\n    }\n}\n" => "let _ = (c, content);\n    }\n}\n";
    "a lock of a static is another one each time",
        "let known = world.statics.iter().position(|it| *it == address);" => "let known: Option<usize> = None;";

    in "shallow.rs":
    "interleavings are not looked at first",
        "let mut plain = Search::new(wanted, most.of(program, true), true, watch);" => "let mut plain = Search::new(wanted, most.of(program, true), false, watch);";
    "to interrupt a thread is no surprise",
        "usize::from(t != last && is_interrupted)" => "usize::from(t != last && is_interrupted && false)";

    in "show.rs":
    "whoever watches is not told who is woken",
        "events.extend(woken.into_iter().map(|u| Event::Wakes(u, Woken::Notified)));" => "let _ = woken;";

    in "livelock.rs":
    "a circle need not be fair",
        "states[at].enabled & !moving == 0" => "states[at].enabled & !moving == 0 || true";
    "there are no circles",
        "if moving == 0 {" => "if moving != 1 << 63 {";

    in "program.rs":
    "unseen rounds are left out wholly",
        "(false, true) => state.leave_out_round(t, &round.writes)," => "(false, true) => return Arrived::Nowhere,";

    "a notification that is used up in vain is forgotten",
        "writes.is_none() && !round.uses_up" => "writes.is_none()";
    "hidden state is taken for a mind of its own",
        "if self.history.is_by_path() || runs[0]" => "if true || runs[0]";

    in "run.rs":
    "a loop is rehearsed with what was inside before",
        "let reply = inside.tell(at, reply, history)?;" => "let _ = inside.tell(at, reply, history);";
    "a thread that unwinds is left in the middle of it",
        "if is_panicking { bit } else { 0 }" => "if is_panicking { 0 } else { 0 }";
    "what a thread does now is not compared with what it did",
        "if let Err(before) = history.learn(node, now.clone()) {" => "if let (false, Err(before)) = (history.next(node).is_some(), history.learn(node, now.clone())) {";

    in "seq_cst.rs":
    "SeqCst is AcqRel",
        "base.or(&between_fences).is_acyclic()" => "let _ = (base, between_fences); true";
    "SeqCst fences count for nothing between each other",
        "base.or(&between_fences).is_acyclic()" => "let _ = between_fences; base.is_acyclic()";
    "SeqCst accesses count for nothing",
        "base.or(&between_fences).is_acyclic()" => "let _ = base; between_fences.is_acyclic()";
    "SeqCst follows all that happens before",
        "let scb = elsewhere\n            .then(&hb)\n            .then(&elsewhere)\n" => "let scb = hb.clone()\n";
    "SeqCst fences do not reach what happens after",
        "let from = fences.then(&hb).or(&seq_cst);" => "let from = seq_cst.clone();";
    "an older store is no reason for order",
        "let order = mo.clone().or(&rb);" => "let order = mo.clone().or(&mo);";
    "the graph keeps stores in the order of execution",
        "graph.order[x].insert(at.map_or(0, |at| at + 1), event);" => "let _ = at; graph.order[x].push(event);";

    in "uses.rs":
    "whoever upgrades or unwraps does not see the count",
        "Op::RefCount { r } | Op::Upgrade { r } | Op::Unwrap { r } =>" => "Op::RefCount { r } =>";
    "mixed SeqCst is taken for its own order",
        "self.seq_cst && !self.weaker" => "self.seq_cst";

    in "state.rs":
    "stores are forgotten too early",
        "let oldest = self.independent().map(|thread| thread.cur.at(x)).min();" => "let oldest = self.independent().map(|thread| thread.cur.at(x)).max();";
    "accesses are forgotten too early",
        "self.independent().all(|thread| thread.cur.clock(t) >= time)" => "self.independent().any(|thread| thread.cur.clock(t) >= time)";

    in "lock.rs":
    "a lock learns nothing",
        "self.acquire(t, &view);" => "let _ = view;";
    "a writer learns nothing of readers",
        "learn(&mut view, &lock.read_view);" => "";
    "a reader does not keep writers out",
        "(hold == Hold::Shared || self.readers.is_empty())" => "(hold == Hold::Shared || !self.readers.is_empty() || true)";
    "a wake-up is lost",
        "self.thread_mut(t).phase = Phase::Woken { timed_out };" => "if timed_out { self.thread_mut(t).phase = Phase::Woken { timed_out }; }";

    in "ways.rs":
    "two read-modify-writes may read the same store",
        "let free = self.readable(t, x).filter(|(_, store)| !store.followed);" => "let free = self.readable(t, x);";
    "two compare-exchanges may read the same store",
        "if store.val == old && !store.followed {" => "if store.val == old {";
    "a weak exchange never fails for no reason",
        "(store.val != old || weak)" => "(store.val != old || weak && false)";
    "a wait never ends for no reason",
        "Phase::Asleep => by_luck(Way::Spurious)," => "Phase::Asleep => Vec::new(),";
    "a park never ends for no reason",
        "by_luck(if timed { Way::TimesOut } else { Way::Spurious })" => "if timed { by_luck(Way::TimesOut) } else { Vec::new() }";
    "time is never up",
        "let times_out = Some(Way::TimesOut).filter(|_| !(waits && polls));" => "let times_out: Option<Way> = None.filter(|_| polls);";
    "notify_one wakes the first",
        "sleepers => sleepers.into_iter().map(Way::Wakes).collect()," => "sleepers => sleepers.into_iter().map(Way::Wakes).take(1).collect(),";
    "a schedule is not taken: try_lock waits",
        "only(!waits || self.locks[m].is_free(hold))" => "only(self.locks[m].is_free(hold))";
    "a load sees only the newest",
        "self.readable(t, x).map(|(k, _)| Way::Reads(k)).collect()" => "self.readable(t, x).map(|(k, _)| Way::Reads(k)).take(1).collect()";
    "loads are local",
        "Op::Start\n            | Op::Spawn(_)\n            | Op::Join(_)" => "Op::Start\n            | Op::Load { .. }\n            | Op::Spawn(_)\n            | Op::Join(_)";
    "owning is local",
        "Op::Start\n            | Op::Spawn(_)\n            | Op::Join(_)" => "Op::Start\n            | Op::Own { .. }\n            | Op::Spawn(_)\n            | Op::Join(_)";
    "read-modify-writes are local",
        "Op::Start\n            | Op::Spawn(_)\n            | Op::Join(_)" => "Op::Start\n            | Op::Rmw { .. }\n            | Op::Spawn(_)\n            | Op::Join(_)";
    "unparking is local",
        "Op::Start\n            | Op::Spawn(_)\n            | Op::Join(_)" => "Op::Start\n            | Op::Unpark(_)\n            | Op::Spawn(_)\n            | Op::Join(_)";
    "SeqCst stores are local in their own order",
        "Op::Store { .. } => !self.uses.seq_cst_order()," => "Op::Store { .. } => true,";
    "unlocking is local though another thread tries",
        "Op::Unlock { m, .. } => self.uses.tried & bit(m) == 0," => "Op::Unlock { m, .. } => self.uses.tried & bit(m) == 0 || true,";
    "a waiter sees only the newest",
        "Look::Atomic { x, val } => self.readable(t, x).any(|(_, store)| store.val != val)," => "Look::Atomic { x, val } => self.readable(t, x).take(1).any(|(_, store)| store.val != val),";
    "a waiter sees nothing",
        "Look::Atomic { x, val } => self.readable(t, x).any(|(_, store)| store.val != val)," => "Look::Atomic { x, val } => self.readable(t, x).any(|(_, store)| store.val != val) && false,";
    "a waiter does not see what is inside",
        "Look::Inside { m, content } => self.locks[m].content != content," => "Look::Inside { m, content } => self.locks[m].content != content && false,";

    in "step.rs":
    "a failed exchange uses the ordering of success",
        "(Op::Cas { x, fail, .. }, Way::Fails(k)) => {" => "(Op::Cas { x, ok: fail, .. }, Way::Fails(k)) => {";
    "a join learns nothing",
        "(reply.ok, reply.content) = (!other.panicked, other.result);\n                self.acquire(t, &view);" => "(reply.ok, reply.content) = (!other.panicked, other.result);\n                let _ = view;";
    "a thread that is unparked learns nothing",
        "if let (Way::Only, Some(view)) = (way, self.thread_mut(t).token.take()) {\n                    self.acquire(t, &view);" => "if let (Way::Only, Some(view)) = (way, self.thread_mut(t).token.take()) {\n                    let _ = view;";
    "a new thread knows nothing",
        "let view = Rc::clone(&self.thread(t).cur);\n                self.add_thread(u, root, view);" => "self.add_thread(u, root, Rc::default());";
    "the last reference learns nothing of the others",
        "let view = std::mem::take(&mut refs.view);\n            self.acquire(t, &view);" => "let _ = std::mem::take(&mut refs.view);";

    "whoever is dropped is upgraded",
        "reply.ok = self.refs[r].count > 0;" => "reply.ok = true;";
    "two owners unwrap",
        "self.refs[r].count == 1 && self.let_go(t, r)" => "self.refs[r].count >= 1 && { self.let_go(t, r); true }";

    in "cell.rs":
    "a race with a write is forgotten",
        "cell.written.filter(unknown)" => "cell.written.filter(unknown).filter(|_| false)";
    "a race with a read is forgotten",
        "let read = read.filter(|_| touch != Touch::Read);" => "let read = read.filter(|_| false && touch != Touch::Read);";
    "two reads race",
        "let read = read.filter(|_| touch != Touch::Read);" => "let read = read.filter(|_| true || touch != Touch::Read);";
    "a write forgets that it is one",
        "cell.written = Some((t, now));" => "let _ = now;";
    "use after free is forgotten",
        "cell.freed |= touch == Touch::Free;" => "";
    "what is freed leaks",
        "cell.owned &= touch != Touch::Free;" => "";

    in "memory.rs":
    "an owner need not know all stores",
        "if oldest < newest {" => "if oldest < newest && false {";
    "a store may come between a read-modify-write and what it has read",
        ".filter(|&k| !stores[k - 1].followed)" => "";
    "modification order is the order of execution",
        "let from = self.oldest(t, x) + 1;" => "let from = stores.len();";
    "a load may read what it is too late for",
        "stores.partition_point(|store| store.place < place)" => "stores.partition_point(|store| store.place < place).saturating_sub(1)";
    "no release sequence",
        "learn(&mut view, &inherited);" => "let _ = inherited;";
    "relaxed stores release",
        "Rc::clone(if releases(o) {" => "Rc::clone(if true {";
    "relaxed loads acquire",
        "        if acquires(o) {\n            learn(&mut thread.cur, &view);" => "        if true {\n            learn(&mut thread.cur, &view);";
    "an Acquire load learns nothing",
        "            learn(&mut thread.cur, &view);" => "            let _ = &view;";
    "an Acquire fence learns nothing",
        "learn(&mut thread.cur, &thread.acq);" => "let _ = &thread.acq;";
    "a Release fence is forgotten",
        "thread.rel = Rc::clone(&thread.cur);" => "let _ = &thread.rel;";
    "a Relaxed load leaves nothing for an Acquire fence",
        "            learn(&mut thread.acq, &view);\n" => "";
    "a read-modify-write forgets that it has read",
        "stores[k].followed = true;" => "stores[k].followed = false;";
    "sleep sets are not moved with the stores",
        "self.each_passed(x, |passed| passed & below | (passed & !below) << 1);" => "let _ = below;";
    "an atomic that may not be made yet is used",
        "self.thread(t).cur.clock(maker) < time" => "false && self.thread(t).cur.clock(maker) < time";

    in "search.rs":
    "promises: local steps are taken at once",
        "self.settings.reduce && self.settings.promise == Promise::Ends" => "self.settings.reduce";
    in "promise.rs":
    "promises: whoever joins is held up",
        "!matches!(thread.op, Op::Join(_)) && !self.goes_on(t, history)" => "!self.goes_on(t, history)";
    "promises: a thread may stop in the middle of a turn",
        " || self.living().any(|(_, thread)| in_a_turn(thread.op))" => "";
    "promises: two that go on are no reason to look further",
        "if going.next().is_some() {\n                    return None;\n                }" => "";
    in "livelock.rs":
    "promises: who stops goes round, too",
        "seen.without(stopped)" => "seen.without(64 - 1)";
    in "schedule.rs":
    "schedules: stores are counted from the oldest",
        "let back = |k: usize| self.stores_of(t) - 1 - k;" => "let back = |k: usize| k;";
    "schedules: an exchange that fails is not told from one that succeeds",
        "let is_equal = self.atomics[x].stores[newest].val == old;" => "let is_equal = true;";
    in "replay.rs":
    "schedules: what goes round need not lead back",
        "if self.state.key() != key {" => "if false {";
};

/// Those that survive, and why.
pub(crate) const SURVIVORS: &[(&str, &str)] = &[
    ("equal states: which stores are followed is left out", EQUAL),
    (
        "equal states: which store was read is left out of the graph",
        VIEWS,
    ),
    (
        "equal states: modification order is left out of the graph",
        VIEWS,
    ),
    ("equal states: what is inside locks is left out", TOLD),
    ("equal states: what is inside cells is left out", TOLD),
    ("equal states: who holds a lock is left out", TOLD),
    ("a thread that is unparked learns nothing", NO_REASON),
    ("second visits put too much to sleep", ASLEEP),
    ("too much is asleep at a state that is known", ASLEEP),
    ("merging ignores sleep sets", ASLEEP),
    ("executions with hidden state are merged", OWN_NODES),
    (
        "whoever upgrades or unwraps does not see the count",
        HOLDS_ONE,
    ),
    ("a rehearsal does not see what it has written", RIGHT_AFTER),
];
const EQUAL: &str =
    "of two equal stores, nothing that a program sees says which one an exchange has read";
const VIEWS: &str = "views say the same, but where equal values are read";
const TOLD: &str = "it follows from what the threads were told, but in loops that write";
const NO_REASON: &str = "a park may end for no reason, and then it has learnt nothing either";
const HOLDS_ONE: &str =
    "whoever clones holds a reference: there is another one, with the clone or without";
const OWN_NODES: &str =
    "each of these executions has nodes of its own, so that no two states are equal";
const RIGHT_AFTER: &str = "a rehearsal comes right after the thread's own last unlock, and what is inside then is what a round leaves";
const ASLEEP: &str =
    "where a way that is asleep leads has been come to before, unless states make circles";
