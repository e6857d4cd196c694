// Peer: TLS clients and servers by JSSE, told what to do on the standard input, so that one virtual machine serves a
// whole test run. Commands and answers are those of peer.go, and suites, which tells those that it has; but for sign_key and
// groups: JSSE has one list of groups for the whole virtual machine, so the other side chooses. update_keys=1: a client
// of TLS 1.3 changes its keys after the handshake.

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.Security;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Scanner;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

public final class Peer {
  private static final int PATIENCE_MS = 60_000;
  private static final char[] NO_PASSWORD = new char[0];
  private static final Map<String, ServerSocket> listeners = new ConcurrentHashMap<>();

  public static void main(String[] arguments) {
    // Old suites are tested too.
    Security.setProperty("jdk.tls.disabledAlgorithms", "");
    Scanner lines = new Scanner(System.in);
    while (lines.hasNextLine()) {
      Map<String, String> command = parse(lines.nextLine());
      inBackground(command, () -> execute(command));
    }
    System.exit(0);
  }

  private interface Work {
    void run() throws Exception;
  }

  private static void inBackground(Map<String, String> command, Work work) {
    Thread thread = new Thread(() -> {
      try {
        work.run();
      } catch (Exception failure) {
        answer(command, "\"event\":\"failed\",\"error\":" + quoted(failure.toString()));
      }
    });
    thread.setDaemon(true);
    thread.start();
  }

  private static Map<String, String> parse(String line) {
    Map<String, String> command = new HashMap<>();
    for (String pair : line.split("\t")) {
      int sign = pair.indexOf('=');
      if (sign > 0) command.put(pair.substring(0, sign), pair.substring(sign + 1));
    }
    return command;
  }

  private static void execute(Map<String, String> command) throws Exception {
    switch (command.getOrDefault("do", "")) {
      case "listen" -> listen(command);
      case "connect" -> connect(command);
      case "suites" -> suites(command);
      case "stop" -> {
        ServerSocket listener = listeners.remove(command.get("id"));
        if (listener != null) listener.close();
      }
      default -> throw new IllegalArgumentException("no such command");
    }
  }

  // What this virtual machine has, by registered names.
  private static void suites(Map<String, String> command) throws Exception {
    List<String> names = new ArrayList<>();
    for (String name : SSLContext.getDefault().getSupportedSSLParameters().getCipherSuites())
      names.add(quoted(registered(name)));
    answer(command, "\"event\":\"suites\",\"names\":[" + String.join(",", names) + "]");
  }

  // The oldest suites still have the names of SSL 3.0 here.
  private static String registered(String name) {
    return name.replaceFirst("^SSL_", "TLS_");
  }

  private static void listen(Map<String, String> command) throws Exception {
    SSLContext context = context(command);
    ServerSocket listener = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
    listeners.put(command.get("id"), listener);
    answer(command, "\"event\":\"listening\",\"port\":" + listener.getLocalPort());
    for (int count = 1; true; ++count) {
      Socket plain;
      try {
        plain = listener.accept();
      } catch (IOException closed) {
        return;
      }
      int number = count;
      inBackground(command, () -> {
        String facts = echo(context, plain, command);
        answer(command, "\"event\":\"connection\",\"number\":" + number + ",\"facts\":" + facts);
      });
    }
  }

  private static String echo(SSLContext context, Socket plain, Map<String, String> command) {
    Facts facts = new Facts();
    try (SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(plain, null, true)) {
      socket.setUseClientMode(false);
      configure(socket, command);
      socket.setNeedClientAuth(command.containsKey("client_ca"));
      facts.shakeHands(socket);
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      OutputStream output = socket.getOutputStream();
      facts.bytes = copy(socket.getInputStream(), Long.MAX_VALUE, digest, output);
      facts.sha256 = HexFormat.of().formatHex(digest.digest());
    } catch (Exception failure) {
      facts.error = failure.toString();
    }
    return facts.json();
  }

  private static void connect(Map<String, String> command) throws Exception {
    SSLContext context = context(command);
    byte[] payload = Files.readAllBytes(Path.of(command.get("payload")));
    List<String> connections = new ArrayList<>();
    int times = Integer.parseInt(command.get("times"));
    for (int i = 0; i < times; ++i) connections.add(converse(context, command, payload));
    answer(command, "\"event\":\"done\",\"connections\":[" + String.join(",", connections) + "]");
  }

  // Sends all, reads as much, then closes its side and waits for the other's close_notify.
  private static String converse(SSLContext context, Map<String, String> command, byte[] payload) {
    Facts facts = new Facts();
    int port = Integer.parseInt(command.get("port"));
    try (Socket plain = new Socket(InetAddress.getByName("127.0.0.1"), port);
         SSLSocket socket = (SSLSocket) context.getSocketFactory()
             .createSocket(plain, command.get("name"), port, true)) {
      configure(socket, command);
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      socket.setSSLParameters(parameters);
      facts.shakeHands(socket);
      if (command.containsKey("update_keys")) socket.startHandshake();  // what that means once connected
      inBackground(command, () -> {
        try {
          socket.getOutputStream().write(payload);
          socket.getOutputStream().flush();
        } catch (IOException refused) {
          // Whoever reads learns why, and tells.
        }
      });
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      facts.bytes = copy(socket.getInputStream(), payload.length, digest, OutputStream.nullOutputStream());
      socket.shutdownOutput();
      facts.bytes += copy(socket.getInputStream(), Long.MAX_VALUE, digest, OutputStream.nullOutputStream());
      facts.sha256 = HexFormat.of().formatHex(digest.digest());
    } catch (Exception failure) {
      facts.error = failure.toString();
    }
    return facts.json();
  }

  private static long copy(InputStream input, long limit, MessageDigest digest, OutputStream output)
      throws IOException {
    byte[] buffer = new byte[65536];
    long total = 0;
    while (total < limit) {
      int n = input.read(buffer, 0, (int) Math.min(buffer.length, limit - total));
      if (n < 0) return total;
      digest.update(buffer, 0, n);
      output.write(buffer, 0, n);
      total += n;
    }
    return total;
  }

  private static void configure(SSLSocket socket, Map<String, String> command) throws IOException {
    socket.setSoTimeout(PATIENCE_MS);
    String version = command.getOrDefault("tls", "1.2");
    socket.setEnabledProtocols(new String[] {version.equals("1.0") ? "TLSv1" : "TLSv" + version});
    List<String> suites = List.of(command.getOrDefault("suites", "").split(","));
    socket.setEnabledCipherSuites(Arrays.stream(socket.getSupportedCipherSuites())
        .filter(name -> !command.containsKey("suites") || suites.contains(registered(name)))
        .toArray(String[]::new));
    if (command.containsKey("alpn")) {
      SSLParameters parameters = socket.getSSLParameters();
      parameters.setApplicationProtocols(command.get("alpn").split(","));
      socket.setSSLParameters(parameters);
    }
  }

  private static final class Facts {
    String version = "";
    String suite = "";
    boolean resumed;
    String peer = "";
    long bytes;
    String sha256 = "";
    String error = "";

    // A session that is older than the connection was resumed.
    void shakeHands(SSLSocket socket) throws IOException {
      long start = System.currentTimeMillis();
      socket.startHandshake();
      SSLSession session = socket.getSession();
      version = session.getProtocol().replace("TLSv", "");
      suite = registered(session.getCipherSuite());
      resumed = session.getCreationTime() < start;
      try {
        X509Certificate certificate = (X509Certificate) session.getPeerCertificates()[0];
        peer = certificate.getSubjectX500Principal().getName().replaceAll(".*CN=([^,]*).*", "$1");
      } catch (SSLPeerUnverifiedException anonymous) {
        peer = "";
      }
    }

    String json() {
      return "{\"version\":" + quoted(version) + ",\"suite\":" + quoted(suite) + ",\"resumed\":" + resumed
          + ",\"peer\":" + quoted(peer) + ",\"bytes\":" + bytes + ",\"sha256\":" + quoted(sha256)
          + ",\"error\":" + quoted(error) + "}";
    }
  }

  private static SSLContext context(Map<String, String> command) throws Exception {
    KeyManagerFactory keys = KeyManagerFactory.getInstance("NewSunX509");
    KeyStore identities = emptyStore();
    if (command.containsKey("cert")) {
      identities.setKeyEntry("identity", privateKey(command.get("key")), NO_PASSWORD,
          certificates(command.get("cert")).toArray(new Certificate[0]));
    }
    keys.init(new javax.net.ssl.KeyStoreBuilderParameters(
        KeyStore.Builder.newInstance(identities, new KeyStore.PasswordProtection(NO_PASSWORD))));
    KeyStore authorities = emptyStore();
    String trust = command.getOrDefault("ca", command.get("client_ca"));
    if (trust != null) {
      int number = 0;
      for (Certificate certificate : certificates(trust)) authorities.setCertificateEntry("ca" + number++, certificate);
    }
    TrustManagerFactory trusted = TrustManagerFactory.getInstance("PKIX");
    if (trust != null) trusted.init(authorities);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trust == null ? null : trusted.getTrustManagers(), null);
    return context;
  }

  private static KeyStore emptyStore() throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, NO_PASSWORD);
    return store;
  }

  private static List<Certificate> certificates(String file) throws Exception {
    byte[] text = Files.readAllBytes(Path.of(file));
    CertificateFactory factory = CertificateFactory.getInstance("X.509");
    return new ArrayList<>(factory.generateCertificates(new ByteArrayInputStream(text)));
  }

  private static PrivateKey privateKey(String file) throws Exception {
    String text = Files.readString(Path.of(file)).replaceAll("-----[A-Z ]+-----", "").replaceAll("\\s", "");
    PKCS8EncodedKeySpec specification = new PKCS8EncodedKeySpec(Base64.getDecoder().decode(text));
    for (String algorithm : new String[] {"EC", "RSA", "RSASSA-PSS", "EdDSA"}) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(specification);
      } catch (java.security.spec.InvalidKeySpecException other) {
        continue;
      }
    }
    throw new IllegalArgumentException(file + ": a key of an unknown kind");
  }

  private static synchronized void answer(Map<String, String> command, String fields) {
    System.out.println("{\"id\":" + quoted(command.getOrDefault("id", "")) + "," + fields + "}");
    System.out.flush();
  }

  private static String quoted(String text) {
    StringBuilder result = new StringBuilder("\"");
    for (char c : text.toCharArray()) {
      if (c == '"' || c == '\\') result.append('\\').append(c);
      else if (c < ' ') result.append(String.format("\\u%04x", (int) c));
      else result.append(c);
    }
    return result.append('"').toString();
  }
}
