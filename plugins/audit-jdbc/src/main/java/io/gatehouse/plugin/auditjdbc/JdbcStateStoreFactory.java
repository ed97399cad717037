package io.gatehouse.plugin.auditjdbc;

import io.gatehouse.spi.PluginContext;
import io.gatehouse.spi.Secret;
import io.gatehouse.spi.Setting;
import io.gatehouse.spi.Settings;
import io.gatehouse.spi.StateStore;
import io.gatehouse.spi.StateStoreFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;

/**
 * Makes the store {@code store-jdbc}. The database is opened here, so that a bad one is told early. Its calls run on the
 * caller's thread: one that is given up would be interrupted, and H2 closes a file whose reader is interrupted.
 */
public final class JdbcStateStoreFactory implements StateStoreFactory {

    /** Which database. */
    public static final Setting<String> URL = Setting.text(
            "url", "jdbc:h2:file:<path> without options; without it a database in Gatehouse's own data folder");
    /** The database's user. */
    public static final Setting<String> USER =
            Setting.text("user", "The database user").orElse("gatehouse");
    /** The database user's password. */
    public static final Setting<Secret> PASSWORD =
            Setting.secret("password", "The database user's password").orElse(Secret.of(""));

    @Override
    public String name() {
        return "store-jdbc";
    }

    @Override
    public List<Setting<?>> settings() {
        return List.of(URL, USER, PASSWORD);
    }

    @Override
    public StateStore create(Settings settings, PluginContext context) {
        Path file = H2Database.file(settings, URL, "state", context);
        if (settings.get(USER).isEmpty()) {
            throw settings.problem(USER, "expected a name");
        }
        H2Database database =
                new H2Database(file, settings.get(USER), settings.get(PASSWORD), JdbcStateStore::createTables);
        JdbcStateStore store = new JdbcStateStore(database, context.clock());
        try {
            if (context.checkOnly() && !file.startsWith(context.dataDirectory())) {
                database.checkFile();
            } else {
                database.createFile();
                store.open();
            }
            return store;
        } catch (SQLException e) {
            store.close();
            throw settings.problem(URL, "database " + file + " " + H2Database.explain(e));
        } catch (IOException e) {
            throw settings.problem(URL, "database " + file + " can not be created: " + e);
        }
    }
}
