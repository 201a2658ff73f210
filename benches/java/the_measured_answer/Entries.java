import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The measured answer in Java: what do {@code synchronized}, {@code finally}, try-with-resources and {@code catch} cost?
 *
 * <pre>cargo bench -p benches --bench the_measured_answer -- other_languages</pre>
 *
 * <p>No method of this class is inlined, as the harness asks the virtual machine: each round is a call, and so is the
 * work in it. Methods of the classes inside it may be.
 */
final class Entries {
    private Entries() {}

    public static void main(String[] arguments) throws IOException {
        Map<String, Rounds.Entry> entries = new HashMap<>();
        entries.put("lock, by hand", count -> locked(count, Entries::lockByHand));
        entries.put("lock, finally", count -> locked(count, Entries::lockFinally));
        entries.put("lock, synchronized", count -> locked(count, Entries::lockSynchronized));
        entries.put("scope, by hand", count -> visited(count, Entries::closeByHand));
        entries.put("scope, finally", count -> visited(count, Entries::closeFinally));
        entries.put("scope, try-with-resources", count -> visited(count, Entries::closeByTry));
        entries.put("failure, error value", count -> failed(count, Entries::returnsAnError));
        entries.put("failure, exception", count -> failed(count, Entries::catchesANewOne));
        entries.put("failure, same exception", count -> failed(count, Entries::catchesTheSame));
        Rounds.serve(entries);
    }

    private static boolean spoilt = false;

    /** The smallest piece of work that may throw, as far as the compiler can tell. */
    private static void work() {
        if (spoilt) {
            throw new IllegalStateException("never");
        }
    }

    // Lock, work, add one, unlock. `synchronized` cannot be written by hand; it stands beside the lock that can.

    private static final class Counter {
        final ReentrantLock lock = new ReentrantLock();
        long count;
    }

    private static void lockByHand(Counter counter) {
        counter.lock.lock();
        work();
        counter.count++;
        counter.lock.unlock();
    }

    private static void lockFinally(Counter counter) {
        counter.lock.lock();
        try {
            work();
            counter.count++;
        } finally {
            counter.lock.unlock();
        }
    }

    private static void lockSynchronized(Counter counter) {
        synchronized (counter) {
            work();
            counter.count++;
        }
    }

    private static long locked(int count, Consumer<Counter> round) {
        Counter counter = new Counter();
        long start = System.nanoTime();
        for (int i = 0; i < count; i++) {
            round.accept(counter);
        }
        long elapsed = System.nanoTime() - start;
        if (counter.lock.isLocked() || Thread.holdsLock(counter)) {
            throw new IllegalStateException("the lock is still locked");
        }
        Rounds.check("the number behind the lock", counter.count, count);
        return elapsed;
    }

    // Open, work, close.

    private static final class Room {
        long entered;
        long left;
    }

    private static final class Visit implements AutoCloseable {
        private final Room room;

        Visit(Room room) {
            this.room = room;
            room.entered++;
        }

        @Override
        public void close() {
            room.left++;
        }
    }

    private static void closeByHand(Room room) {
        Visit visit = new Visit(room);
        work();
        visit.close();
    }

    private static void closeFinally(Room room) {
        Visit visit = new Visit(room);
        try {
            work();
        } finally {
            visit.close();
        }
    }

    private static void closeByTry(Room room) {
        try (Visit visit = new Visit(room)) {
            work();
        }
    }

    private static long visited(int count, Consumer<Room> round) {
        Room room = new Room();
        long start = System.nanoTime();
        for (int i = 0; i < count; i++) {
            round.accept(room);
        }
        long elapsed = System.nanoTime() - start;
        Rounds.check("those who have entered", room.entered, count);
        Rounds.check("those who have left", room.left, count);
        return elapsed;
    }

    // A method that fails while it holds something, and says so by what it returns, or by an exception.

    private static final class Spoilt extends Exception {
        private static final long serialVersionUID = 1;
    }

    private static final Spoilt SPOILT = new Spoilt();

    private static Spoilt fails() {
        return SPOILT;
    }

    private static void throwsANewOne() throws Spoilt {
        throw new Spoilt();
    }

    private static void throwsTheSame() throws Spoilt {
        throw SPOILT;
    }

    private static Spoilt returnsAnError(Room room) {
        try (Visit visit = new Visit(room)) {
            return fails();
        }
    }

    /** As it is usually done: an exception of its own each time, which knows all the calls that led to it. */
    private static Spoilt catchesANewOne(Room room) {
        try (Visit visit = new Visit(room)) {
            throwsANewOne();
            return null;
        } catch (Spoilt spoilt) {
            return spoilt;
        }
    }

    /** An exception that was made long ago: what is left is the way from {@code throw} to {@code catch}. */
    private static Spoilt catchesTheSame(Room room) {
        try (Visit visit = new Visit(room)) {
            throwsTheSame();
            return null;
        } catch (Spoilt spoilt) {
            return spoilt;
        }
    }

    private static long failed(int count, Function<Room, Spoilt> round) {
        Room room = new Room();
        int failures = 0;
        long start = System.nanoTime();
        for (int i = 0; i < count; i++) {
            if (round.apply(room) != null) {
                failures++;
            }
        }
        long elapsed = System.nanoTime() - start;
        Rounds.check("those who have entered", room.entered, count);
        Rounds.check("those who have left", room.left, count);
        Rounds.check("failures", failures, count);
        return elapsed;
    }
}
