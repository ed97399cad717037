package io.gatehouse.tunnel;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;

/**
 * What the upstream said to an upgrade. Holds an open socket: it must be closed, unless a {@link Switched} was handed
 * to {@link Tunnels#open}, which closes it in any case.
 */
public sealed interface UpgradeAnswer extends AutoCloseable {
    /** All header lines as they came, hop-by-hop ones included. */
    List<HeaderField> headers();

    /** Closes the connection; harmless when repeated. */
    @Override
    void close();

    /**
     * A verified 101.
     *
     * @param connection at the first byte after the head
     */
    record Switched(UpgradeProtocol protocol, List<HeaderField> headers, SwitchedConnection connection)
            implements UpgradeAnswer {
        public Switched {
            Objects.requireNonNull(protocol, "protocol");
            Objects.requireNonNull(connection, "connection");
            headers = List.copyOf(headers);
        }

        /** The same with other headers for the client, as after taking out cookies. */
        public Switched withHeaders(List<HeaderField> others) {
            return new Switched(protocol, others, connection);
        }

        @Override
        public void close() {
            connection.close();
        }
    }

    /**
     * Any other final status. Its connection is never used again (CVE-2018-1002105); from 400 on the answer is relayed
     * and the client's connection closed too, below it is a 502.
     *
     * @param body decoded and bounded in size and time; throws {@link UpgradeException} when it breaks a bound or ends
     *     early, so that a cut answer never looks complete
     */
    record Refused(int status, List<HeaderField> headers, InputStream body) implements UpgradeAnswer {
        public Refused {
            Objects.requireNonNull(body, "body");
            headers = List.copyOf(headers);
        }

        @Override
        public void close() {
            try {
                body.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
