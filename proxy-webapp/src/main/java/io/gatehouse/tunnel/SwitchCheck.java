package io.gatehouse.tunnel;

import static io.gatehouse.tunnel.UpgradeException.Reason.BOGUS_SWITCH;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** Whether a 101 answers the request that was sent (RFC 9110, 7.8; RFC 6455, 4.1). */
final class SwitchCheck {
    private static final String ACCEPT_SUFFIX = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    private SwitchCheck() {}

    /**
     * @return the protocol that was asked for
     * @throws UpgradeException with {@code BOGUS_SWITCH}
     */
    static UpgradeProtocol check(RequestHead request, AnswerHead answer) throws UpgradeException {
        List<HeaderField> headers = answer.headers();
        Optional<UpgradeProtocol> wanted =
                HeaderField.single(request.headers(), "Upgrade").flatMap(UpgradeProtocol::of);
        Optional<UpgradeProtocol> given = HeaderField.single(headers, "Upgrade").flatMap(UpgradeProtocol::of);
        if (!answer.http11() || wanted.isEmpty() || !wanted.equals(given)) {
            throw bogus("for another protocol");
        }
        if (!HeaderField.containsElement(HeaderField.values(headers, "Connection"), "upgrade")) {
            throw bogus("without Connection: upgrade");
        }
        boolean noLength =
                HeaderField.values(headers, "Content-Length").stream().allMatch("0"::equals);
        if (!noLength || !HeaderField.values(headers, "Transfer-Encoding").isEmpty()) {
            throw bogus("with a body");
        }
        if (wanted.get() == UpgradeProtocol.WEBSOCKET) {
            checkWebSocket(request.headers(), headers);
        }
        return wanted.get();
    }

    private static void checkWebSocket(List<HeaderField> request, List<HeaderField> answer) throws UpgradeException {
        Optional<String> expected =
                HeaderField.single(request, "Sec-WebSocket-Key").map(SwitchCheck::accept);
        if (expected.isEmpty() || !expected.equals(HeaderField.single(answer, "Sec-WebSocket-Accept"))) {
            throw bogus("with a wrong Sec-WebSocket-Accept");
        }
        List<String> chosen = HeaderField.values(answer, "Sec-WebSocket-Protocol");
        List<String> offered = HeaderField.elements(HeaderField.values(request, "Sec-WebSocket-Protocol"));
        if (chosen.size() > 1 || !offered.containsAll(chosen)) {
            throw bogus("for a sub-protocol that was not offered");
        }
    }

    static String accept(String key) {
        try {
            byte[] text = (key.strip() + ACCEPT_SUFFIX).getBytes(StandardCharsets.ISO_8859_1);
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("SHA-1").digest(text));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-1", e);
        }
    }

    private static UpgradeException bogus(String how) {
        return new UpgradeException(BOGUS_SWITCH, "The upstream sent a 101 " + how);
    }
}
