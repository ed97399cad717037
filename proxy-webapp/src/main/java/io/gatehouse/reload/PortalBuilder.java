package io.gatehouse.reload;

import io.gatehouse.config.GatehouseConfig;
import io.gatehouse.config.Problems;
import io.gatehouse.config.WatchedFiles;
import io.gatehouse.login.Endings;
import io.gatehouse.login.KeyRing;
import io.gatehouse.login.Login;
import io.gatehouse.login.LoginRules;
import io.gatehouse.pipeline.Rates;
import io.gatehouse.plugin.FactoryKind;
import io.gatehouse.portal.Kubeconfigs;
import io.gatehouse.portal.Portal;
import io.gatehouse.spi.Authenticator;
import io.gatehouse.spi.ConfigFile;
import io.gatehouse.spi.ConfigurationException;
import io.gatehouse.spi.ConfigurationProblem;
import io.gatehouse.spi.LoginAuthenticator;
import io.gatehouse.spi.StateStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Makes the portal. One that lacks a part is not there at all: nobody logs in, and other credentials still count. */
final class PortalBuilder {

    private final ProductMaker maker;
    private final WatchedFiles files;
    private final Problems problems;
    private final Path data;
    private final Clock clock;

    PortalBuilder(ProductMaker maker, WatchedFiles files, Problems problems, Path data, Clock clock) {
        this.maker = maker;
        this.files = files;
        this.problems = problems;
        this.data = data;
        this.clock = clock;
    }

    /**
     * @param endings what has ended before its time
     * @param rates how much those who log in do
     */
    Optional<Portal> build(GatehouseConfig config, Endings endings, Rates rates) {
        return config.portal().flatMap(portal -> build(config, portal, endings, rates));
    }

    private Optional<Portal> build(
            GatehouseConfig config, GatehouseConfig.Portal portal, Endings endings, Rates rates) {
        Map<String, Login> logins = logins(config, portal);
        Optional<Product<StateStore>> store = maker.make(FactoryKind.STATE_STORE, portal.store(), StateStore.class);
        Optional<KeyRing> keys = keys(portal);
        Optional<Kubeconfigs> kubeconfigs = kubeconfigs(portal);
        if (store.isEmpty()
                || keys.isEmpty()
                || kubeconfigs.isEmpty()
                || logins.size() < portal.logins().size()) {
            return Optional.empty();
        }
        LoginRules rules = new LoginRules(
                portal.url(),
                logins,
                portal.administrators(),
                store.get().instance(),
                store.get().call(),
                keys.get(),
                portal.times(),
                portal.loginsPerMinute());
        return Optional.of(new Portal(rules, endings, rates, kubeconfigs.get(), clock));
    }

    private Map<String, Login> logins(GatehouseConfig config, GatehouseConfig.Portal portal) {
        Map<String, Login> logins = new LinkedHashMap<>();
        for (String name : portal.logins()) {
            Optional.ofNullable(config.authenticators().get(name))
                    .flatMap(wanted -> maker.make(FactoryKind.AUTHENTICATOR, wanted, Authenticator.class))
                    .ifPresent(made -> {
                        if (made.instance() instanceof LoginAuthenticator login) {
                            logins.put(name, new Login(name, login, made.call()));
                        } else {
                            problem(portal.place(), "\"logins\": nobody logs in with authenticator \"" + name + "\"");
                        }
                    });
        }
        return logins;
    }

    private Optional<KeyRing> keys(GatehouseConfig.Portal portal) {
        try {
            Path file = portal.keys().isPresent() ? portal.keys().get() : ownKeys();
            ConfigFile read = files.read(file);
            try {
                return Optional.of(KeyRing.parse(new String(read.bytes(), StandardCharsets.UTF_8)));
            } catch (IllegalArgumentException e) {
                problem(file.toString(), e.getMessage());
            }
        } catch (ConfigurationException e) {
            e.problems().forEach(problems::addContained);
        } catch (IOException e) {
            problem(portal.place(), "\"keys\": can not be made: " + e);
        }
        return Optional.empty();
    }

    /** The keys of a Gatehouse that has no replicas: made once, kept with what else it writes. */
    private Path ownKeys() throws IOException {
        Path file = data.resolve("portal").resolve("keys");
        if (!Files.exists(file)) {
            OwnerOnly.write(file, (KeyRing.newKey() + "\n").getBytes(StandardCharsets.US_ASCII));
        }
        return file;
    }

    private Optional<Kubeconfigs> kubeconfigs(GatehouseConfig.Portal portal) {
        try {
            Optional<String> authority =
                    portal.authority().map(file -> new String(files.read(file).bytes(), StandardCharsets.US_ASCII));
            return Optional.of(new Kubeconfigs(authority, portal.namespaceFrom()));
        } catch (ConfigurationException e) {
            e.problems().forEach(problems::addContained);
            return Optional.empty();
        }
    }

    private void problem(String place, String message) {
        problems.addContained(new ConfigurationProblem(place, message));
    }
}
