package io.gatehouse.portal;

import io.gatehouse.pipeline.OwnPages;
import io.gatehouse.pipeline.Places;
import io.gatehouse.pipeline.Places.Bound;
import io.gatehouse.pipeline.RefusedException;
import io.gatehouse.request.ClientNetwork;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/**
 * The bodies of requests to our own pages, which come from anybody: each is there, or late, before its request is judged.
 * Those that are waited for cost a place each and no thread; one address has a small share of the places.
 */
final class BodyText {

    /** In bytes. */
    static final int MAX_LENGTH = 32 * 1024;

    private static final int MOST_AT_ONCE = 1024;
    private static final int MOST_OF_ONE = 64;
    private static final String OUTCOME = BodyText.class.getName();

    private final Places places = new Places();

    /**
     * Waits for a body, where there is one that a page may read.
     *
     * @param goOn judges the request, on a thread of the container's
     * @return whether {@code goOn} is called later; otherwise the request goes on at once
     */
    boolean awaits(HttpServletRequest request, InetAddress client, OwnPages.Road goOn) throws IOException {
        if (!request.getMethod().equals("POST") || request.getContentType() == null || !isToBeRead(request)) {
            return false;
        }
        List<Bound> bounds = List.of(new Bound("", MOST_AT_ONCE), new Bound(ClientNetwork.of(client), MOST_OF_ONE));
        Optional<Places.Place> place = places.enter(bounds);
        if (place.isEmpty()) {
            request.setAttribute(
                    OUTCOME,
                    SlowBody.Outcome.refused(new RefusedException(
                            503,
                            "unavailable",
                            "too many bodies are awaited, or of one address",
                            "too many requests at once, try again")));
            return false;
        }
        SlowBody.begin(request, place.get(), outcome -> {
            request.setAttribute(OUTCOME, outcome);
            goOn.go();
        });
        return true;
    }

    private static boolean isToBeRead(HttpServletRequest request) {
        long length = request.getContentLengthLong();
        boolean unknown = request.getHeader("Transfer-Encoding") != null
                || !request.getProtocol().startsWith("HTTP/1");
        return length > 0 ? length <= MAX_LENGTH : length < 0 && unknown;
    }

    /** @throws RefusedException when it is too long, came too late or not whole, or too many were awaited */
    String read(Visit visit) {
        if (visit.request().getAttribute(OUTCOME) instanceof SlowBody.Outcome outcome) {
            return outcome.get();
        }
        if (visit.request().getContentLengthLong() > MAX_LENGTH) {
            throw tooLong();
        }
        if (isToBeRead(visit.request())) { // of a path that is ours, but spelled in another way
            throw new RefusedException(400, "invalid", "the body was not awaited", "the body can not be read here");
        }
        return "";
    }

    static RefusedException tooLong() {
        return new RefusedException(413, "invalid", "the body is too long", "the body is too long");
    }
}
