package io.gatehouse.login;

import io.gatehouse.request.InvalidRequestException;
import io.gatehouse.request.RequestTarget;

/** Where a browser goes after a login: a path of the same origin, read as strictly as a request's own, or the first page. */
public final class ReturnPath {

    private static final int MAX_LENGTH = 2_000;

    private ReturnPath() {}

    /**
     * A path with its query.
     *
     * @param wanted as the browser sent it, already decoded once
     * @param otherwise what is taken in place of anything that is not plainly a path of this origin
     */
    public static String of(String wanted, String otherwise) {
        if (!wanted.startsWith("/") || wanted.indexOf('\\') >= 0 || wanted.length() > MAX_LENGTH) {
            return otherwise;
        }
        int question = wanted.indexOf('?');
        String path = question < 0 ? wanted : wanted.substring(0, question);
        String query = question < 0 ? null : wanted.substring(question + 1);
        try {
            RequestTarget target = RequestTarget.of(path, query);
            return target.rawPath() + (query == null || query.isEmpty() ? "" : "?" + query);
        } catch (InvalidRequestException e) {
            return otherwise;
        }
    }
}
