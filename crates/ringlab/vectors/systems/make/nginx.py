"""nginx's `hash ... consistent`; its backends are servers of the same nginx."""

from . import loopback, process, vector
from .install import apt

PORT = 19100


def make():
    (version,) = apt("nginx")
    apt("nginx-light")
    for topology, nodes in vector.topologies().items():
        with process.folder() as place:
            (place / "nginx.conf").write_text(configuration(nodes, place))
            command = ["nginx", "-p", place, "-c", place / "nginx.conf", "-g", "daemon off;"]
            with process.running(command, PORT, place):
                owners = loopback.ask_http(PORT)
        what = f"nginx {version}: hash $http_x_key consistent; server 127.0.0.1:port weight=n"
        vector.write("nginx", topology, what, nodes, owners)


def configuration(nodes, place):
    upstream = "\n".join(f"server {node.name} weight={node.weight};" for node in nodes)
    servers = "\n".join(
        f"server {{ listen {node.name}; location / {{ return 200 {node.name}; }} }}"
        for node in nodes
    )
    return f"""
        worker_processes 1;
        pid {place}/pid;
        error_log stderr;
        events {{}}
        http {{
            access_log off;
            keepalive_requests 100000;
            client_body_temp_path {place}/body;
            proxy_temp_path {place}/proxy;
            fastcgi_temp_path {place}/fastcgi;
            uwsgi_temp_path {place}/uwsgi;
            scgi_temp_path {place}/scgi;
            upstream nodes {{
                hash $http_x_key consistent;
                {upstream}
                keepalive 8;
            }}
            server {{
                listen 127.0.0.1:{PORT};
                location / {{
                    proxy_pass http://nodes;
                    proxy_http_version 1.1;
                    proxy_set_header Connection "";
                }}
            }}
            {servers}
        }}
    """
