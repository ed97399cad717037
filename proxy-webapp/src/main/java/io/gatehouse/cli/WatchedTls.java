package io.gatehouse.cli;

import io.gatehouse.config.GatehouseConfig;
import io.gatehouse.config.WatchedFiles;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.Optional;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The listener's TLS from PEM files. A bad new pair leaves the old one in use. Looked after by one thread. */
final class WatchedTls {

    private static final Logger LOG = LoggerFactory.getLogger(WatchedTls.class);

    private final GatehouseConfig.Listen listen;
    private final Clock clock;
    private final SslContextFactory.Server factory = new SslContextFactory.Server();
    private WatchedFiles read = new WatchedFiles();
    private ListenerTls inUse;
    private boolean refused;
    private volatile Optional<String> trouble = Optional.empty();

    /** @throws IllegalArgumentException naming the file that can not be used */
    WatchedTls(GatehouseConfig.Listen listen, Clock clock) {
        this.listen = listen;
        this.clock = clock;
        factory.setSniRequired(false);
        inUse = ListenerTls.read(listen, read);
        inUse.apply(factory);
        judge();
    }

    SslContextFactory.Server factory() {
        return factory;
    }

    /** What is wrong, in words that anybody may read. */
    Optional<String> trouble() {
        return trouble;
    }

    /** Takes files up that have changed. */
    void look() {
        if (read.changed()) {
            takeUp();
        }
        judge();
    }

    private void takeUp() {
        read = new WatchedFiles();
        try {
            ListenerTls next = ListenerTls.read(listen, read);
            factory.reload(unused -> next.apply(factory));
            inUse = next;
            refused = false;
            LOG.info("The listener's certificates are taken up anew");
        } catch (Exception e) {
            refused = true;
            LOG.error("The listener's changed certificates are not used, the earlier ones stay: {}", e.getMessage());
        }
    }

    private void judge() {
        Optional<String> now =
                refused ? Optional.of("its changed certificates are not used, the earlier ones stay") : outOfTime();
        if (now.isPresent() && !refused && !now.equals(trouble)) {
            LOG.error("The listener: {} ({})", now.get(), listen.certificate());
        }
        trouble = now;
    }

    private Optional<String> outOfTime() {
        X509Certificate certificate = inUse.chain().get(0);
        if (clock.instant().isAfter(certificate.getNotAfter().toInstant())) {
            return Optional.of("its certificate has ended");
        }
        return clock.instant().isBefore(certificate.getNotBefore().toInstant())
                ? Optional.of("its certificate is not good yet")
                : Optional.empty();
    }
}
