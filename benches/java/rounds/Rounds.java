import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Answers the Rust harness: how long do so many rounds take? */
final class Rounds {
    /**
     * Does a number of rounds and returns the nanoseconds that they took. It stops the clock before it checks the
     * result, and throws if the result is wrong.
     */
    interface Entry {
        long time(int rounds);
    }

    /** For how long an entry is warmed up, in nanoseconds, and how many rounds at a time. */
    private static final long WARM_UP = 700_000_000L;

    private static final int AT_A_TIME = 20_000;

    private Rounds() {}

    /**
     * Answers each line "ROUNDS ENTRY" by a line with the nanoseconds that the rounds took, until there are no more
     * lines. So the harness can time Java and Rust in turns, in the same run, with the same statistics.
     *
     * <p>The virtual machine begins by interpreting, counts what is called often, compiles that, and later compiles it
     * again and better, while the program goes on. So an entry warms itself up before its first answer: it does batches
     * of rounds and forgets how long they took. The last compilation begins after some ten thousand rounds; there is
     * time for a hundred times as many.
     */
    static void serve(Map<String, Entry> entries) throws IOException {
        BufferedReader requests = new BufferedReader(new InputStreamReader(System.in));
        Set<String> warm = new HashSet<>();
        for (String request; (request = requests.readLine()) != null; ) {
            String[] words = request.split(" ", 2);
            Entry entry = words.length == 2 ? entries.get(words[1]) : null;
            if (entry == null) {
                System.err.println("there is no entry in \"" + request + "\"");
                System.exit(2);
            }
            if (warm.add(words[1])) {
                warmUp(entry);
            }
            System.out.println(entry.time(Integer.parseInt(words[0])));
        }
    }

    private static void warmUp(Entry entry) {
        long start = System.nanoTime();
        while (System.nanoTime() - start < WARM_UP) {
            entry.time(AT_A_TIME);
        }
    }

    /** Throws if a number is not what it should be. */
    static void check(String what, long is, long expected) {
        if (is != expected) {
            throw new IllegalStateException(what + ": " + is + ", and should be " + expected);
        }
    }
}
