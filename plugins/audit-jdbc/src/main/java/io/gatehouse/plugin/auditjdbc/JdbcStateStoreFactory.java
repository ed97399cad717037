package io.gatehouse.plugin.auditjdbc;

import io.gatehouse.spi.PluginContext;
import io.gatehouse.spi.Setting;
import io.gatehouse.spi.Settings;
import io.gatehouse.spi.StateStore;
import io.gatehouse.spi.StateStoreFactory;
import java.util.List;

/**
 * Makes the store {@code store-jdbc}. Its calls run on the caller's thread: one that is given up would be interrupted, and
 * H2 closes a file whose reader is interrupted.
 */
public final class JdbcStateStoreFactory implements StateStoreFactory {

    @Override
    public String name() {
        return "store-jdbc";
    }

    @Override
    public List<Setting<?>> settings() {
        return DatabaseSettings.list();
    }

    @Override
    public StateStore create(Settings settings, PluginContext context) {
        return DatabaseSettings.make(
                settings,
                context,
                "state",
                new StateTables(),
                database -> new JdbcStateStore(new Connections(database)));
    }
}
