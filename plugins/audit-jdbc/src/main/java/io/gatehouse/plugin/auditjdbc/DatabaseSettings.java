package io.gatehouse.plugin.auditjdbc;

import io.gatehouse.spi.ConfigFile;
import io.gatehouse.spi.PluginContext;
import io.gatehouse.spi.Secret;
import io.gatehouse.spi.Setting;
import io.gatehouse.spi.Settings;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the sink and the store both ask for: which database, and as whom. */
final class DatabaseSettings {

    /** Which database. */
    static final Setting<String> URL = Setting.text(
            "url",
            "jdbc:h2:file:<path> without options, or jdbc:postgresql://host/database, see below;"
                    + " without it an H2 database in Gatehouse's own data folder");

    /** The database's user. */
    static final Setting<String> USER =
            Setting.text("user", "The database user").orElse("gatehouse");

    /** The database user's password. */
    static final Setting<Secret> PASSWORD =
            Setting.secret("password", "The database user's password").orElse(Secret.of(""));

    /** Who vouches for a PostgreSQL server. */
    static final Setting<ConfigFile> AUTHORITIES = Setting.file(
            "ca", "The certificate authorities of a PostgreSQL server, PEM; without it those that Java trusts");

    private static final Logger LOG = LoggerFactory.getLogger(DatabaseSettings.class);

    private DatabaseSettings() {}

    static List<Setting<?>> list() {
        return List.of(URL, USER, PASSWORD, AUTHORITIES);
    }

    /** What is made of a database. */
    interface Product extends AutoCloseable {

        /** Opens the database now, not only when it is needed. */
        void open() throws SQLException;

        @Override
        void close();
    }

    /**
     * Makes a product. A file is opened at once, so that a bad one is told early; a server may be down at the moment, and is
     * asked when it is needed.
     *
     * @param file the name of the file, when none is written
     */
    static <P extends Product> P make(
            Settings settings,
            PluginContext context,
            String file,
            Database.Tables tables,
            Function<Database, P> maker) {
        if (settings.get(USER).isEmpty()) {
            throw settings.problem(USER, "expected a name");
        }
        String url = settings.find(URL).orElse(file);
        return url.startsWith(PostgresAddress.SCHEME)
                ? maker.apply(server(settings, context, url, tables))
                : opened(settings, context, url, tables, maker);
    }

    private static PostgresDatabase server(
            Settings settings, PluginContext context, String url, Database.Tables tables) {
        Optional<ConfigFile> authorities = settings.find(AUTHORITIES);
        PostgresAddress address;
        try {
            address = PostgresAddress.parse(url, authorities.isPresent());
        } catch (IllegalArgumentException e) {
            throw settings.problem(URL, e.getMessage());
        }
        if (address.inClear()) {
            LOG.warn("{}: sslmode=disable sends the password and all else in clear to {}", context.name(), address);
        }
        authorities.ifPresent(file -> {
            if (address.tls() == PostgresAddress.Tls.DISABLE) {
                throw settings.problem(AUTHORITIES, "expected ca or sslmode=disable, not both");
            }
            requireCertificates(settings, file);
        });
        return new PostgresDatabase(
                address, settings.get(USER), settings.get(PASSWORD), authorities.map(ConfigFile::path), tables);
    }

    private static void requireCertificates(Settings settings, ConfigFile file) {
        boolean some;
        try {
            some = !CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(file.bytes()))
                    .isEmpty();
        } catch (CertificateException e) {
            some = false;
        }
        if (!some) {
            throw settings.problem(AUTHORITIES, file + " has no certificate: expected PEM");
        }
    }

    private static <P extends Product> P opened(
            Settings settings, PluginContext context, String url, Database.Tables tables, Function<Database, P> maker) {
        if (settings.find(AUTHORITIES).isPresent()) {
            throw settings.problem(AUTHORITIES, "expected no ca for a file");
        }
        Path path = H2Database.path(url, context.dataDirectory())
                .orElseThrow(() -> settings.problem(URL, H2Database.EXPECTED));
        H2Database database = new H2Database(path, settings.get(USER), settings.get(PASSWORD), tables, context.clock());
        P product = maker.apply(database);
        try {
            if (context.checkOnly() && !path.startsWith(context.dataDirectory())) {
                database.checkFile();
            } else {
                database.createFile();
                product.open();
            }
            return product;
        } catch (SQLException e) {
            product.close();
            throw settings.problem(URL, "database " + database + " " + database.explain(e));
        } catch (IOException e) {
            throw settings.problem(URL, "database " + database + " can not be created: " + e);
        }
    }
}
