package io.gatehouse.spi;

/** Makes upstream identities. */
public interface UpstreamIdentityFactory extends PluginFactory<UpstreamIdentity> {}
