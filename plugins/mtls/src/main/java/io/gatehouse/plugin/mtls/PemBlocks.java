package io.gatehouse.plugin.mtls;

import io.gatehouse.spi.ConfigFile;
import io.gatehouse.spi.ConfigurationProblem;
import java.util.Base64;
import java.util.List;
import java.util.function.Consumer;

/**
 * Reads the blocks of one kind in a PEM file (RFC 7468). Text between the blocks is skipped, as many tools write some; a
 * block of another kind is a problem.
 */
final class PemBlocks {

    private static final String BEGIN = "-----BEGIN ";

    private final ConfigFile file;
    private final String label;
    private final String noun;
    private final List<ConfigurationProblem> problems;
    private final Consumer<Block> reader;
    private boolean empty = true;

    /** @param line where it begins; lines count from 1 */
    record Block(int line, byte[] content) {}

    /**
     * @param label such as {@code CERTIFICATE}
     * @param noun what messages call it
     * @param problems gets what is wrong
     * @param reader gets what can be read, in order
     */
    PemBlocks(ConfigFile file, String label, String noun, List<ConfigurationProblem> problems, Consumer<Block> reader) {
        this.file = file;
        this.label = label;
        this.noun = noun;
        this.problems = problems;
        this.reader = reader;
    }

    /** Reads all of the file. */
    void read() {
        String first = BEGIN + label + "-----";
        String last = "-----END " + label + "-----";
        StringBuilder body = new StringBuilder();
        int number = 0;
        int begin = 0;
        for (String line : file.lines()) {
            number++;
            String text = line.strip();
            if (text.startsWith(BEGIN)) {
                requireEnd(begin, last);
                begin = text.equals(first) ? number : 0;
                body.setLength(0);
                if (begin == 0) {
                    problems.add(
                            file.problemAt(number, "expected " + noun + "s only; found another kind of PEM block"));
                }
            } else if (text.equals(last) && begin != 0) {
                add(begin, body.toString());
                begin = 0;
            } else if (begin != 0) {
                body.append(text);
            }
        }
        requireEnd(begin, last);
        if (empty && problems.isEmpty()) {
            problems.add(file.problemAt(1, "there is no " + noun + " in this file; expected " + first));
        }
    }

    private void requireEnd(int begin, String last) {
        if (begin != 0) {
            problems.add(file.problemAt(begin, "this " + noun + " has no " + last));
        }
    }

    private void add(int line, String body) {
        empty = false;
        try {
            reader.accept(new Block(line, Base64.getDecoder().decode(body)));
        } catch (IllegalArgumentException e) {
            problems.add(file.problemAt(line, "this " + noun + " is damaged"));
        }
    }
}
