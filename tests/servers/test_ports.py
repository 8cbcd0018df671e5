"""A port that was chosen for a server is still free when the server starts."""

import random
import socket

from servers import ports


def test_a_port_is_given_once_also_to_tests_with_the_same_seed():
    random.seed(1)
    found = ports.free_ports(20)
    random.seed(1)

    assert len({*found, *ports.free_ports(20)}) == 40


def test_a_port_at_which_somebody_listens_is_not_free():
    with socket.create_server((ports.HOST, 0)) as taken:
        port = taken.getsockname()[1]
        assert not ports.is_free(port)
    assert ports.is_free(port)
