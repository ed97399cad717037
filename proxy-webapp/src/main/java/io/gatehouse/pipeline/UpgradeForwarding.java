package io.gatehouse.pipeline;

import io.gatehouse.audit.RequestRecord;
import io.gatehouse.proxy.Exchange;
import io.gatehouse.proxy.UpgradeProxy;
import io.gatehouse.proxy.UpstreamFailureException;
import io.gatehouse.tunnel.Tunnel;
import io.gatehouse.tunnel.TunnelEnd;
import io.gatehouse.tunnel.UpgradeException;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** The last step of a request that becomes a stream: exec, attach, port-forward, a WebSocket. */
final class UpgradeForwarding {

    private final UpgradeProxy upgrades;
    private final LiveStreams streams;
    private final OwnCredentialLog ownCredentials;

    UpgradeForwarding(UpgradeProxy upgrades, LiveStreams streams, OwnCredentialLog ownCredentials) {
        this.upgrades = upgrades;
        this.streams = streams;
        this.ownCredentials = ownCredentials;
    }

    /** @return whether a tunnel was opened: its end gives the place back then, and closes the record */
    boolean forward(Passage passage, Exchange exchange, Places.Place place) throws IOException {
        AtomicReference<Tunnel> tunnel = new AtomicReference<>();
        LiveStream stream = new LiveStream(
                passage.question(),
                passage.proven().identity(),
                true,
                passage.began(),
                why -> Optional.ofNullable(tunnel.get()).ifPresent(open -> open.close(why)),
                () -> {}); // a tunnel sees its client leave
        try {
            Optional<Tunnel> opened = upgrades.exchange(
                    exchange,
                    passage.upgrade().orElseThrow(),
                    passage.request(),
                    passage.response(),
                    end -> ended(passage, stream, place, end));
            if (opened.isPresent()) {
                tunnel.set(opened.get());
                streams.add(stream);
                if (passage.record().isClosed()) {
                    streams.remove(stream); // it ended before it was listed
                }
                return true;
            }
            passage.record().close(passage.record().answered(), "the upgrade was refused by the target");
        } catch (UpstreamFailureException e) {
            passage.fail(e, e.getMessage(), ownCredentials);
        } catch (UpgradeException e) {
            passage.fail(e.reason().status(), "the stream can not be opened", e.getMessage(), e);
        } catch (IOException e) {
            passage.record().close(passage.record().answered(), String.valueOf(e.getMessage()));
            throw e;
        }
        return false;
    }

    private void ended(Passage passage, LiveStream stream, Places.Place place, TunnelEnd end) {
        RequestRecord record = passage.record();
        record.addBytesIn(end.bytesIn());
        record.addBytesOut(end.bytesOut());
        boolean usual =
                end.reason() == TunnelEnd.Reason.CLIENT_CLOSED || end.reason() == TunnelEnd.Reason.UPSTREAM_CLOSED;
        place.run(); // whoever sees its end on record finds the place free
        record.close(101, usual ? "complete" : end.text());
        streams.remove(stream);
    }
}
