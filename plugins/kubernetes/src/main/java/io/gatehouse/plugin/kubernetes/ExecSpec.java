package io.gatehouse.plugin.kubernetes;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * How a credential helper is started.
 *
 * @param label the context, for messages
 * @param apiVersion the version of {@code ExecCredential} that it must answer with
 * @param name the command as the kubeconfig has it, for messages
 * @param command the program and its arguments
 * @param environment what is added to the environment of this process
 * @param info the value of {@code KUBERNETES_EXEC_INFO}
 * @param timeout how long it may take
 */
record ExecSpec(
        String label,
        String apiVersion,
        String name,
        List<String> command,
        Map<String, String> environment,
        String info,
        Duration timeout) {

    /** Without arguments and environment, which may hold secrets. */
    @Override
    public String toString() {
        return label + ": " + name;
    }
}
