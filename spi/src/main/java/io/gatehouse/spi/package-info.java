/**
 * What a plugin compiles against, and all of it.
 *
 * <p>A jar names one {@link io.gatehouse.spi.GatehousePlugin}; it lists factories; a factory declares its
 * {@link io.gatehouse.spi.Setting}s and makes products: {@link io.gatehouse.spi.Authenticator},
 * {@link io.gatehouse.spi.Authorizer}, {@link io.gatehouse.spi.AuditSink}, {@link io.gatehouse.spi.UpstreamIdentity},
 * {@link io.gatehouse.spi.TargetSource}. Nothing here is ever null: what may be absent is an {@code Optional} or an
 * empty text. A refusal is a value; an exception means broken configuration or a bug.
 */
package io.gatehouse.spi;
