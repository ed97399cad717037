package io.gatehouse.scenarios;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** What the product writes to the standard error stream, where its log goes; it is written on. */
final class CapturedLog {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private PrintStream before;

    void begin() {
        before = System.err;
        bytes.reset();
        PrintStream console = before;
        System.setErr(new PrintStream(
                new OutputStream() {
                    @Override
                    public synchronized void write(int next) {
                        bytes.write(next);
                        console.write(next);
                    }

                    @Override
                    public synchronized void write(byte[] some, int from, int length) {
                        bytes.write(some, from, length);
                        console.write(some, from, length);
                    }
                },
                true));
    }

    void end() {
        System.setErr(before);
    }

    String text() {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    long count(String words) {
        return text().lines().filter(line -> line.contains(words)).count();
    }
}
