// peer: TLS clients and servers by Go's crypto/tls, told what to do on the standard input, so that one process serves a
// whole test run. A command is one line of key=value pairs between tabs; an answer is one JSON object a line.
//
//	id=1 do=listen  cert= key= [client_ca=] [tls=1.3] [suites=,] [groups=,] [alpn=,] [sign_key=]
//	     answers {"event":"listening","port":N}, then {"event":"connection","number":1,...} for each connection: echoes what it gets
//	id=2 do=connect port= ca= name= [cert= key=] [tls=1.3] [suites=,] [groups=,] [alpn=,] payload= times= [every_ticket=1]
//	     sends the file, expects the same back; answers {"event":"done","connections":[...]}
//	id=1 do=stop
//
// sign_key: signs with that key although the certificate holds another. every_ticket: resumes with each ticket once, the
// oldest first.
package main

import (
	"bufio"
	"crypto"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"
)

const patience = 60 * time.Second

type command map[string]string

type facts struct {
	Version string `json:"version,omitempty"`
	Suite   string `json:"suite,omitempty"`
	Resumed bool   `json:"resumed"`
	Peer    string `json:"peer,omitempty"`
	Alpn    string `json:"alpn,omitempty"`
	Bytes   int64  `json:"bytes"`
	Sha256  string `json:"sha256,omitempty"`
	Error   string `json:"error,omitempty"`
}

var output sync.Mutex

func answer(id string, fields map[string]any) {
	fields["id"] = id
	line, err := json.Marshal(fields)
	if err != nil {
		panic(err)
	}
	output.Lock()
	defer output.Unlock()
	fmt.Printf("%s\n", line)
}

func main() {
	listeners := map[string]net.Listener{}
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		c := command{}
		for _, pair := range strings.Split(lines.Text(), "\t") {
			key, value, _ := strings.Cut(pair, "=")
			c[key] = value
		}
		switch c["do"] {
		case "listen":
			listener, err := listen(c)
			if err != nil {
				answer(c["id"], map[string]any{"event": "failed", "error": err.Error()})
				continue
			}
			listeners[c["id"]] = listener
		case "connect":
			go connect(c)
		case "stop":
			if listener := listeners[c["id"]]; listener != nil {
				listener.Close()
				delete(listeners, c["id"])
			}
		}
	}
}

func listen(c command) (net.Listener, error) {
	config, err := configuration(c)
	if err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	answer(c["id"], map[string]any{"event": "listening", "port": listener.Addr().(*net.TCPAddr).Port})
	go func() {
		for count := 1; ; count++ {
			socket, err := listener.Accept()
			if err != nil {
				return
			}
			go func(number int) {
				facts := echo(tls.Server(socket, config))
				answer(c["id"], map[string]any{"event": "connection", "number": number, "facts": facts})
			}(count)
		}
	}()
	return listener, nil
}

func echo(connection *tls.Conn) (f facts) {
	defer connection.Close()
	connection.SetDeadline(time.Now().Add(patience))
	if err := connection.Handshake(); err != nil {
		f.Error = err.Error()
		return f
	}
	f.describe(connection.ConnectionState())
	hash := sha256.New()
	n, err := io.Copy(io.MultiWriter(hash, connection), connection)
	f.finish(n, hash.Sum(nil), err)
	return f
}

func connect(c command) {
	config, err := configuration(c)
	if err != nil {
		answer(c["id"], map[string]any{"event": "failed", "error": err.Error()})
		return
	}
	payload, err := os.ReadFile(c["payload"])
	if err != nil {
		answer(c["id"], map[string]any{"event": "failed", "error": err.Error()})
		return
	}
	times, _ := strconv.Atoi(c["times"])
	connections := []facts{}
	for i := 0; i < times; i++ {
		connections = append(connections, converse(c["port"], config, payload))
	}
	answer(c["id"], map[string]any{"event": "done", "connections": connections})
}

// converse sends all, reads as much, then closes its side and waits for the other's close_notify.
func converse(port string, config *tls.Config, payload []byte) (f facts) {
	socket, err := net.Dial("tcp", "127.0.0.1:"+port)
	if err != nil {
		f.Error = err.Error()
		return f
	}
	connection := tls.Client(socket, config)
	defer connection.Close()
	connection.SetDeadline(time.Now().Add(patience))
	if err := connection.Handshake(); err != nil {
		f.Error = err.Error()
		return f
	}
	f.describe(connection.ConnectionState())
	go connection.Write(payload)
	hash := sha256.New()
	n, err := io.CopyN(hash, connection, int64(len(payload)))
	if err == nil {
		err = connection.CloseWrite()
	}
	if err == nil {
		_, err = io.Copy(hash, connection)
	}
	f.finish(n, hash.Sum(nil), err)
	return f
}

func (f *facts) describe(state tls.ConnectionState) {
	f.Version = map[uint16]string{tls.VersionTLS12: "1.2", tls.VersionTLS13: "1.3"}[state.Version]
	f.Suite = tls.CipherSuiteName(state.CipherSuite)
	f.Resumed = state.DidResume
	f.Alpn = state.NegotiatedProtocol
	if len(state.PeerCertificates) > 0 {
		f.Peer = state.PeerCertificates[0].Subject.CommonName
	}
}

func (f *facts) finish(n int64, hash []byte, err error) {
	f.Bytes = n
	f.Sha256 = hex.EncodeToString(hash)
	if err != nil {
		f.Error = err.Error()
	}
}

func configuration(c command) (*tls.Config, error) {
	version := uint16(tls.VersionTLS12)
	if c["tls"] == "1.3" {
		version = tls.VersionTLS13
	}
	config := &tls.Config{
		MinVersion:         version,
		MaxVersion:         version,
		ServerName:         c["name"],
		ClientSessionCache: tls.NewLRUClientSessionCache(8),
		NextProtos:         list(c["alpn"]),
	}
	if c["every_ticket"] != "" {
		config.ClientSessionCache = &queue{}
	}
	var err error
	if c["cert"] != "" {
		if config.Certificates, err = certificates(c); err != nil {
			return nil, err
		}
	}
	if c["ca"] != "" {
		if config.RootCAs, err = pool(c["ca"]); err != nil {
			return nil, err
		}
	}
	if c["client_ca"] != "" {
		config.ClientAuth = tls.RequireAndVerifyClientCert
		if config.ClientCAs, err = pool(c["client_ca"]); err != nil {
			return nil, err
		}
	}
	if config.CipherSuites, err = suites(list(c["suites"])); err != nil {
		return nil, err
	}
	config.CurvePreferences, err = groups(list(c["groups"]))
	return config, err
}

// queue hands out every session once, the oldest first.
type queue struct {
	lock     sync.Mutex
	sessions []*tls.ClientSessionState
}

func (q *queue) Get(string) (*tls.ClientSessionState, bool) {
	q.lock.Lock()
	defer q.lock.Unlock()
	if len(q.sessions) == 0 {
		return nil, false
	}
	session := q.sessions[0]
	q.sessions = q.sessions[1:]
	return session, true
}

func (q *queue) Put(_ string, session *tls.ClientSessionState) {
	q.lock.Lock()
	defer q.lock.Unlock()
	if session != nil {
		q.sessions = append(q.sessions, session)
	}
}

func list(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(text, ",")
}

func certificates(c command) ([]tls.Certificate, error) {
	certificate, err := tls.LoadX509KeyPair(c["cert"], c["key"])
	if err == nil && c["sign_key"] != "" {
		certificate.PrivateKey, err = privateKey(c["sign_key"])
	}
	return []tls.Certificate{certificate}, err
}

func privateKey(file string) (crypto.PrivateKey, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, errors.New(file + " is not PEM")
	}
	return x509.ParsePKCS8PrivateKey(block.Bytes)
}

func pool(file string) (*x509.CertPool, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	certificates := x509.NewCertPool()
	if !certificates.AppendCertsFromPEM(text) {
		return nil, errors.New("no certificate in " + file)
	}
	return certificates, nil
}

// Every suite when none is named: those that Go calls insecure are meant too.
func suites(names []string) (chosen []uint16, err error) {
	known := append(tls.CipherSuites(), tls.InsecureCipherSuites()...)
	for _, suite := range known {
		if len(names) == 0 {
			chosen = append(chosen, suite.ID)
		}
	}
	for _, name := range names {
		found := false
		for _, suite := range known {
			if suite.Name == name {
				chosen = append(chosen, suite.ID)
				found = true
			}
		}
		if !found {
			return nil, errors.New("no suite " + name)
		}
	}
	return chosen, nil
}

func groups(names []string) (chosen []tls.CurveID, err error) {
	known := map[string]tls.CurveID{"x25519": tls.X25519, "secp256r1": tls.CurveP256, "secp384r1": tls.CurveP384,
		"secp521r1": tls.CurveP521}
	for _, name := range names {
		group, found := known[name]
		if !found {
			return nil, errors.New("no group " + name)
		}
		chosen = append(chosen, group)
	}
	return chosen, nil
}
