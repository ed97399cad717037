package io.gatehouse.scenarios;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * What the product writes to the standard error stream, where its log goes; it is written on. And what Tomcat holds for
 * severe.
 */
final class CapturedLog {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final List<String> severe = new CopyOnWriteArrayList<>();
    private final Handler tomcat = new Handler() {
        @Override
        public void publish(LogRecord entry) {
            if (entry.getLevel() == Level.SEVERE) {
                severe.add(entry.getLoggerName() + ": " + entry.getMessage() + " " + entry.getThrown());
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };
    private PrintStream before;

    void begin() {
        severe.clear();
        Logger.getLogger("").addHandler(tomcat);
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
        Logger.getLogger("").removeHandler(tomcat);
    }

    List<String> severe() {
        return List.copyOf(severe);
    }

    String text() {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    long count(String words) {
        return text().lines().filter(line -> line.contains(words)).count();
    }
}
