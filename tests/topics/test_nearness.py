from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from workbench.topics.clusters import TopicCentroids


@pytest.mark.parametrize(("similarity", "topic"), [(0.149, -1), (0.151, 0), (1.0, 0), (0.0, -1), (-0.5, -1)])
def test_a_post_that_is_far_from_every_topic_is_in_none(similarity: float, topic: int) -> None:
    nothing = np.zeros(0)
    centroids = TopicCentroids(np.array([[1.0, 0.0]]), np.array([0]), np.zeros((0, 2)), nothing, nothing, nothing, {})
    post = np.array([[similarity, np.sqrt(1 - similarity**2)]])
    found, told = centroids.assign(post)
    assert (found.tolist(), told.tolist()) == ([topic], [max(similarity, 0.0)])
    assert centroids.predict(post).tolist() == [topic]
    again = replace(centroids, refits=(np.array([[0.0, 1.0]]), np.array([[1.0, 0.0]])))
    other = 0 if np.sqrt(1 - similarity**2) >= 0.15 else -1
    assert again.refit_groups(post).tolist() == [[other, topic]]
