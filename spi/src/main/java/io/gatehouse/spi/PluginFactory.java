package io.gatehouse.spi;

import java.util.List;

/**
 * Makes products of one kind from settings that an administrator wrote.
 *
 * @param <P> the product: {@link Authenticator}, {@link Authorizer}, {@link AuditSink}, {@link UpstreamIdentity},
 *     {@link StateStore} or {@link TargetSource}
 */
public interface PluginFactory<P extends AutoCloseable> {

    /** The name that {@code plugin:} takes in {@code gatehouse.yaml}: a lower-case slug, the same in every release. */
    String name();

    /**
     * Every setting that {@link #create} reads. The host refuses unknown keys, wrong types and missing values with file
     * and line before {@code create} is called, and makes the table in the documentation from this list.
     */
    List<Setting<?>> settings();

    /**
     * Makes a product. Called once for each use in the configuration, and again when one of its settings, or the content
     * of a file among them, has changed; a product whose settings did not change is kept over a reload.
     *
     * @throws ConfigurationException when the settings are of the right type but can not be used; say which one, or which
     *     line of which file, and what was expected
     */
    P create(Settings settings, PluginContext context);

    /**
     * Whether a call of a product may wait for something (a directory, a disk, a computation of milliseconds). Such calls
     * get a time budget and run apart from the request, so that a hung product is abandoned. False costs no thread hop.
     */
    default boolean mayBlock() {
        return false;
    }
}
