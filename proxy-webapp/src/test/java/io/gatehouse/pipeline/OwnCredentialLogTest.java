package io.gatehouse.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OwnCredentialLogTest {

    private static final String PROD = "target prod refused Gatehouse's own credential";
    private static final String TEST = "target test refused Gatehouse's own credential";

    private final PrintStream before = System.err;
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private long nanos = -1;
    private final OwnCredentialLog log = new OwnCredentialLog(() -> nanos);

    OwnCredentialLogTest() {
        System.setErr(new PrintStream(written, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void giveBack() {
        System.setErr(before);
    }

    private List<String> lines() {
        List<String> lines = written.toString(StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.contains("OwnCredentialLog - "))
                .map(line -> line.substring(line.indexOf(" - ") + 3))
                .toList();
        written.reset();
        return lines;
    }

    @Test
    void saysOnceAMinuteForATargetHowManyMoreThereWere() {
        log.refused("r1", PROD);
        log.refused("r2", PROD);
        log.refused("r3", TEST);
        nanos += Duration.ofMinutes(1).toNanos() - 1;
        log.refused("r4", PROD);
        assertThat(lines()).containsExactly("Request r1: " + PROD, "Request r3: " + TEST);
        nanos += 1;
        log.refused("r5", PROD);
        log.refused("r6", TEST);
        assertThat(lines())
                .containsExactly(
                        "Request r5: " + PROD + ", as it did of 2 more since it was last said", "Request r6: " + TEST);
    }
}
