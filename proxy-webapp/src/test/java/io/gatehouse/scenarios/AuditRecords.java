package io.gatehouse.scenarios;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** What the audit-file sink of a home has written. */
record AuditRecords(Path home) {

    /** One line. */
    record Line(Map<?, ?> fields) {

        String kind() {
            return text("kind");
        }

        String decision() {
            return text("verdict", "decision");
        }

        String reason() {
            return text("verdict", "reason");
        }

        String end() {
            return text("completion", "end");
        }

        /** The value behind some keys; empty when there is none. */
        String text(String... keys) {
            Object value = fields;
            for (String key : keys) {
                value = value instanceof Map<?, ?> map ? map.get(key) : null;
            }
            return value == null ? "" : value.toString();
        }
    }

    /** The whole lines that are there; what stands behind the last line end is being written. */
    String text() throws IOException {
        try (Stream<Path> files = Files.walk(home.resolve("data/audit-file"))) {
            Path file = files.filter(path -> path.endsWith("audit.jsonl"))
                    .findFirst()
                    .orElseThrow();
            String text = Files.readString(file);
            return text.substring(0, text.lastIndexOf('\n') + 1);
        }
    }

    /** The text, once it has some words: a client may have its answer before that is on record. */
    String textWith(String... words) throws IOException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        String text = text();
        while (!Stream.of(words).allMatch(text::contains)) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("Not on record: " + String.join(", ", words));
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
            text = text();
        }
        return text;
    }

    private static Line parse(String json) {
        return new Line((Map<?, ?>) new Load(LoadSettings.builder().build()).loadFromString(json));
    }

    /** The lines with a text in them. */
    List<Line> containing(String text) throws IOException {
        return text().lines()
                .filter(line -> line.contains(text))
                .map(AuditRecords::parse)
                .toList();
    }

    /** The lines of a request: requests of a scenario are told apart by the (first word of the) user agent. */
    List<Line> of(String marker) throws IOException {
        return containing(marker).stream()
                .filter(line -> (line.text("request", "userAgent") + " ").startsWith(marker + " "))
                .toList();
    }

    /** Waits for the end of a request. */
    Line close(String marker) throws IOException {
        return await("close", marker);
    }

    /** Waits for the beginning of a request that lasts. */
    Line open(String marker) throws IOException {
        return await("open", marker);
    }

    /** Waits until each request that has begun has ended. */
    void closeAll(String marker) throws IOException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        long open = open(of(marker));
        while (open > 0) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError(open + " requests of " + marker + " have not ended");
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
            open = open(of(marker));
        }
    }

    private static long open(List<Line> lines) {
        return lines.stream()
                .mapToInt(line -> line.kind().equals("open") ? 1 : line.kind().equals("close") ? -1 : 0)
                .sum();
    }

    /** Likewise of the one request with this query. */
    Line closeOfQuery(String query) throws IOException {
        return await(
                "close",
                query,
                () -> containing(query).stream()
                        .filter(line -> line.text("request", "query").equals(query))
                        .toList());
    }

    private Line await(String kind, String marker) throws IOException {
        return await(kind, marker, () -> of(marker));
    }

    private interface Search {
        List<Line> lines() throws IOException;
    }

    private static Line await(String kind, String wanted, Search search) throws IOException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (System.nanoTime() < deadline) {
            for (Line line : search.lines()) {
                if (line.kind().equals(kind)) {
                    return line;
                }
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
        throw new AssertionError("There is no record of kind " + kind + " of " + wanted);
    }
}
