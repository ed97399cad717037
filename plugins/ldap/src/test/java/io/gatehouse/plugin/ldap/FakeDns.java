package io.gatehouse.plugin.ldap;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A DNS server that answers every question with one SRV record (RFC 2782). */
final class FakeDns implements AutoCloseable {

    private static final int HEAD = 12;

    private final DatagramSocket socket;
    private final String host;
    private final int port;

    FakeDns(String host, int port) throws SocketException {
        this.socket = new DatagramSocket(0, TestDirectory.loopback());
        this.host = host;
        this.port = port;
        Thread thread = new Thread(this::serve, "fake-dns");
        thread.setDaemon(true);
        thread.start();
    }

    String url() {
        return "dns://127.0.0.1:" + socket.getLocalPort();
    }

    private void serve() {
        try {
            while (!socket.isClosed()) {
                DatagramPacket packet = new DatagramPacket(new byte[1500], 1500);
                socket.receive(packet);
                byte[] answer = answer(Arrays.copyOf(packet.getData(), packet.getLength()));
                socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
            }
        } catch (SocketException e) {
            // closed
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private byte[] answer(byte[] question) throws IOException {
        int end = HEAD;
        while (question[end] != 0) {
            end += question[end] + 1;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.write(question, 0, 2);
        out.writeShort(0x8580); // an answer, with authority
        out.writeShort(1);
        out.writeShort(1);
        out.writeInt(0);
        out.write(question, HEAD, end + 5 - HEAD);
        out.writeShort(0xC000 | HEAD); // the same name
        out.writeShort(33);
        out.writeShort(1);
        out.writeInt(60);
        byte[] target = target();
        out.writeShort(6 + target.length);
        out.writeShort(0);
        out.writeShort(0);
        out.writeShort(port);
        out.write(target);
        return bytes.toByteArray();
    }

    private byte[] target() throws IOException {
        ByteArrayOutputStream name = new ByteArrayOutputStream();
        for (String label : host.split("\\.")) {
            name.write(label.length());
            name.write(label.getBytes(StandardCharsets.US_ASCII));
        }
        name.write(0);
        return name.toByteArray();
    }

    @Override
    public void close() {
        socket.close();
    }
}
