package io.gatehouse.login;

import io.gatehouse.plugin.PluginCall;
import io.gatehouse.spi.LoginAuthenticator;

/**
 * A way to log in.
 *
 * @param name the administrator's name of the authenticator
 * @param call the way into its plugin
 */
public record Login(String name, LoginAuthenticator authenticator, PluginCall call) {}
