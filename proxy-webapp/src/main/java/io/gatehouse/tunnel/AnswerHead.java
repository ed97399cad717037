package io.gatehouse.tunnel;

import static io.gatehouse.tunnel.UpgradeException.Reason.BAD_ANSWER;

import java.util.ArrayList;
import java.util.List;

/** Status line and headers of an answer, read strictly: what two readers could take differently is refused. */
record AnswerHead(int status, boolean http11, List<HeaderField> headers) {
    AnswerHead {
        headers = List.copyOf(headers);
    }

    /**
     * @param text the head in ISO-8859-1, up to and without the blank line's own line break
     * @throws UpgradeException for a bare CR or LF, a folded line, a blank before the colon, a bad name or value
     */
    static AnswerHead parse(String text) throws UpgradeException {
        String[] lines = text.split("\r\n", -1);
        for (String line : lines) {
            if (line.indexOf('\r') >= 0 || line.indexOf('\n') >= 0) {
                throw bad("a bare CR or LF in the head");
            }
        }
        String statusLine = lines[0];
        if (!statusLine.matches("HTTP/1\\.[01] [1-5][0-9][0-9]( .*)?")) {
            throw bad("no HTTP/1.1 status line");
        }
        List<HeaderField> headers = new ArrayList<>();
        for (int i = 1; i < lines.length; i++) {
            headers.add(header(lines[i]));
        }
        return new AnswerHead(Integer.parseInt(statusLine.substring(9, 12)), statusLine.charAt(7) == '1', headers);
    }

    private static HeaderField header(String line) throws UpgradeException {
        int colon = line.indexOf(':');
        if (line.startsWith(" ") || line.startsWith("\t")) {
            throw bad("a folded header line");
        }
        if (colon < 1) {
            throw bad("a header line without a name");
        }
        try {
            return new HeaderField(line.substring(0, colon), trim(line.substring(colon + 1)));
        } catch (IllegalArgumentException e) {
            throw new UpgradeException(BAD_ANSWER, "The upstream sent a bad header line: " + e.getMessage());
        }
    }

    /** Blanks and tabs only: other characters are for the check of the value. */
    private static String trim(String value) {
        int start = 0;
        int end = value.length();
        while (start < end && isBlank(value.charAt(start))) {
            start++;
        }
        while (end > start && isBlank(value.charAt(end - 1))) {
            end--;
        }
        return value.substring(start, end);
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }

    private static UpgradeException bad(String what) {
        return new UpgradeException(BAD_ANSWER, "The upstream answered with " + what);
    }

    boolean isInterim() {
        return status < 200 && status != 101;
    }
}
