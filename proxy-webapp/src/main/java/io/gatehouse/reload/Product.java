package io.gatehouse.reload;

import io.gatehouse.config.ProductSettings;
import io.gatehouse.plugin.LoadedFactory;
import io.gatehouse.plugin.PluginCall;
import java.util.Set;

/**
 * A product that is in use, with what it was made from.
 *
 * @param name the administrator's name
 * @param factory what made it
 * @param settings what it was made with
 * @param instance itself
 * @param call the way into it
 * @param requestHeaders those that its factory declared; for authenticators and authorizers
 */
record Product<P extends AutoCloseable>(
        String name,
        LoadedFactory factory,
        ProductSettings settings,
        P instance,
        PluginCall call,
        Set<String> requestHeaders) {

    <T extends AutoCloseable> Product<T> as(Class<T> type) {
        return new Product<>(name, factory, settings, type.cast(instance), call, requestHeaders);
    }

    /** Whether making it anew would give the same. */
    boolean isSame(LoadedFactory otherFactory, ProductSettings otherSettings) {
        return factory.factory() == otherFactory.factory() && settings.equals(otherSettings);
    }
}
