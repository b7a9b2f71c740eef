//go:build unix

package peers

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/rtmpscope/rtmpscope/test/need"
)

// server is a real RTMP server with an application "live".
type server struct {
	*process
	addr string
	dir  string // where nginx records
	kind string
}

// nginx starts nginx with its RTMP module: applications live and other, every
// stream recorded to NAME.flv; stored, which plays these; open, which records nothing; closed, to which
// nobody may publish; and unseen, which nobody may play.
func nginx(t *testing.T) *server {
	t.Helper()
	file := need.Program(t, "nginx")
	dir := t.TempDir()
	addr := need.Free(t) // neither of the servers can say which port it was given
	records := filepath.Join(dir, "records")
	if err := os.Mkdir(records, 0o700); err != nil {
		t.Fatal(err)
	}
	application := "live on; record all; record_path %s; record_unique off;"
	config := fmt.Sprintf(`load_module %s;
daemon off;
master_process off;
pid %s/pid;
error_log %s/error.log info;
events { worker_connections 256; }
rtmp { server {
  listen %s; chunk_size 4096; ping 1s; ping_timeout 30s;
  application live { `+application+` }
  application other { `+application+` }
  application open { live on; }
  application stored { play %s; }
  application closed { live on; deny publish all; }
  application unseen { live on; deny play all; }
} }
`, rtmpModule(t, file), dir, dir, addr, records, records, records)
	path := filepath.Join(dir, "nginx.conf")
	if err := os.WriteFile(path, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	p := start(t, file, "-p", dir, "-e", filepath.Join(dir, "error.log"), "-c", path)
	listens(t, addr)
	return &server{process: p, addr: addr, dir: records, kind: "nginx"}
}

// rtmpModule finds the RTMP module where nginx says that its modules are.
func rtmpModule(t *testing.T, nginx string) string {
	t.Helper()
	out, err := exec.Command(nginx, "-V").CombinedOutput()
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(`--modules-path=(\S+)`).FindSubmatch(out)
	if found == nil {
		need.Missing(t, "nginx does not say where its modules are")
	}
	module := filepath.Join(string(found[1]), "ngx_rtmp_module.so")
	if _, err := os.Stat(module); err != nil {
		need.Missing(t, "nginx has no RTMP module: %v", err)
	}
	return module
}

// recording returns the path of the recording of a stream.
func (s *server) recording(stream string) string {
	return filepath.Join(s.dir, stream+".flv")
}

// nmsScript starts Node-Media-Server with nothing but RTMP. It has no option
// for the address, so the script puts 127.0.0.1 into every listen.
const nmsScript = `
const net = require('net');
const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function (port, ...rest) { return listen.call(this, port, '127.0.0.1', ...rest); };
const NodeMediaServer = require('node-media-server');
const nms = new NodeMediaServer({ logType: 1, rtmp: { port: Number(process.argv[2]), chunk_size: 4096, gop_cache: true, ping: 30, ping_timeout: 60 } });
nms.on('postPublish', (id, path) => console.log('published ' + path));
nms.run();
`

// nodeMediaServer starts Node-Media-Server 2.
func nodeMediaServer(t *testing.T) *server {
	t.Helper()
	node := need.Program(t, "node")
	dir := os.Getenv("RTMPSCOPE_NMS")
	if dir == "" {
		need.Missing(t, "RTMPSCOPE_NMS does not name a directory with node-media-server")
	}
	script := filepath.Join(t.TempDir(), "server.js")
	if err := os.WriteFile(script, []byte(nmsScript), 0o600); err != nil {
		t.Fatal(err)
	}
	addr := need.Free(t) // neither of the servers can say which port it was given
	_, port, err := net.SplitHostPort(addr)
	if err != nil {
		t.Fatal(err)
	}
	p := start(t, need.Program(t, "env"), "NODE_PATH="+filepath.Join(dir, "node_modules"), node, script, port)
	listens(t, addr)
	return &server{process: p, addr: addr, kind: "Node-Media-Server"}
}

// awaitPublished waits until the server takes the stream from a publisher.
func (s *server) awaitPublished(stream string) {
	s.t.Helper()
	if s.kind != "nginx" {
		s.await(&s.stdout, "published /live/"+regexp.QuoteMeta(stream))
		return
	}
	need.Until(s.t, "nginx records "+stream, func() bool {
		info, err := os.Stat(s.recording(stream))
		return err == nil && info.Size() > 1000
	})
}
