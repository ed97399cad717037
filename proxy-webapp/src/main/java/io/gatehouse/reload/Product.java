package io.gatehouse.reload;

import io.gatehouse.config.ProductSettings;
import io.gatehouse.plugin.LoadedFactory;
import io.gatehouse.plugin.PluginCall;

/**
 * A product that is in use, with what it was made from.
 *
 * @param name the administrator's name
 * @param factory what made it
 * @param settings what it was made with
 * @param instance itself
 * @param call the way into it
 */
record Product<P extends AutoCloseable>(
        String name, LoadedFactory factory, ProductSettings settings, P instance, PluginCall call) {

    /** Whether making it anew would give the same. */
    boolean isSame(LoadedFactory otherFactory, ProductSettings otherSettings) {
        return factory.factory() == otherFactory.factory() && settings.equals(otherSettings);
    }
}
