package io.gatehouse.proxy;

/** Ends an exchange from outside, as when its identity is gone. */
public final class Cancellation {

    private static final String CLIENT_LEFT = "the client left";

    private Runnable cut;
    private String reason = "";

    /**
     * Says how the call of the moment is broken off, before anything of it is sent; when it was cancelled before, that is done at
     * once.
     */
    synchronized void runs(Runnable newCut) {
        cut = newCut;
        if (!reason.isEmpty()) {
            newCut.run();
        }
    }

    /**
     * Breaks off the upstream call, which wakes the thread that carries it out. One that waits for the client's body wakes
     * with the next byte of it, or when the container's patience with the client is over. Only the first reason counts.
     */
    public synchronized void cancel(String why) {
        if (reason.isEmpty()) {
            reason = why;
            if (cut != null) {
                cut.run();
            }
        }
    }

    /** Cancels it because there is nobody to answer any more. */
    public void clientLeft() {
        cancel(CLIENT_LEFT);
    }

    /** Whether the answer is not to be touched any more: its container ends it. */
    public boolean hasClientLeft() {
        return reason().equals(CLIENT_LEFT);
    }

    /** Why it was cancelled; empty when it was not. */
    public synchronized String reason() {
        return reason;
    }
}
