import peer_tensorflow


class Peer(peer_tensorflow.Peer):
    jit_compile = True
