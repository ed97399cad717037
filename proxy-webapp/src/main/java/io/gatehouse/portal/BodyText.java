package io.gatehouse.portal;

import io.gatehouse.pipeline.RefusedException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/**
 * Reads the bodies of requests to our own pages, on the container's threads and from anybody: few at once, few of one
 * address, and none for long, so that those that never come leave threads for others.
 */
final class BodyText {

    static final int MAX_LENGTH = 32 * 1024;

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int MOST_AT_ONCE = 64;
    private static final int MOST_OF_ONE = 16;

    private final Semaphore places = new Semaphore(MOST_AT_ONCE);
    private final Map<InetAddress, Integer> byAddress = new ConcurrentHashMap<>();

    /** @throws RefusedException when it is too long or too slow, or too many are read at once */
    String read(Visit visit) throws IOException {
        if (visit.request().getContentLengthLong() > MAX_LENGTH) {
            throw tooLong();
        }
        InetAddress client = visit.admitted().client();
        int ofClient = byAddress.merge(client, 1, Integer::sum);
        boolean place = ofClient <= MOST_OF_ONE && places.tryAcquire();
        try {
            if (!place) {
                throw new RefusedException(
                        503, "unavailable", "too many bodies are read at once", "too many requests at once, try again");
            }
            return read(visit.request().getInputStream());
        } finally {
            byAddress.computeIfPresent(client, (unused, count) -> count <= 1 ? null : count - 1);
            if (place) {
                places.release();
            }
        }
    }

    private static String read(InputStream body) throws IOException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        byte[] bytes = new byte[MAX_LENGTH + 1];
        int length = 0;
        for (int count = 0; count >= 0 && length < bytes.length; length += Math.max(count, 0)) {
            if (System.nanoTime() - deadline > 0) {
                throw new RefusedException(
                        408, "invalid", "the body took longer than " + PATIENCE.toSeconds() + " seconds", "too slow");
            }
            count = body.read(bytes, length, bytes.length - length);
        }
        if (length > MAX_LENGTH) {
            throw tooLong();
        }
        return new String(Arrays.copyOf(bytes, length), StandardCharsets.UTF_8);
    }

    private static RefusedException tooLong() {
        return new RefusedException(413, "invalid", "the body is too long", "the body is too long");
    }
}
