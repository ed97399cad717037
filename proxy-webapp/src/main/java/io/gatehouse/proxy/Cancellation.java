package io.gatehouse.proxy;

/** Ends an exchange from outside, as when its identity is gone. */
public final class Cancellation {

    private UpstreamCall call;
    private String reason = "";

    /** Says which call there is to abort; one that was cancelled before is aborted at once. */
    synchronized void runs(UpstreamCall newCall) {
        call = newCall;
        if (!reason.isEmpty()) {
            newCall.abort();
        }
    }

    /** Aborts the upstream call; the client's connection is cut. Only the first reason counts. */
    public synchronized void cancel(String why) {
        if (reason.isEmpty()) {
            reason = why;
            if (call != null) {
                call.abort();
            }
        }
    }

    /** Why it was cancelled; empty when it was not. */
    public synchronized String reason() {
        return reason;
    }
}
