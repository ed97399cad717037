package io.gatehouse.proxy;

import org.apache.http.Header;
import org.apache.http.HttpException;
import org.apache.http.HttpRequest;
import org.apache.http.HttpResponse;

/** Where an upstream's answer ends. Two readings of that are none, RFC 9112 6.3. */
final class AnswerFraming {

    private AnswerFraming() {}

    /** @throws HttpException when another reader could see another end */
    static void check(HttpResponse response) throws HttpException {
        if (response.getProtocolVersion().getMajor() != 1) {
            throw new HttpException("an answer that is not HTTP/1");
        }
        Header[] lengths = response.getHeaders("Content-Length");
        if (lengths.length + response.getHeaders("Transfer-Encoding").length > 1) {
            throw new HttpException("an answer with more than one length");
        }
        boolean number = lengths.length == 0
                || !lengths[0].getValue().isEmpty()
                        && lengths[0].getValue().chars().allMatch(c -> c >= '0' && c <= '9');
        if (!number) {
            throw new HttpException("an answer whose length is not a number");
        }
    }

    static boolean mayHaveBody(HttpRequest request, HttpResponse response) {
        int status = response.getStatusLine().getStatusCode();
        return !request.getRequestLine().getMethod().equals("HEAD") && status != 204 && status != 304;
    }
}
