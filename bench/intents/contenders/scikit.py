# TF-IDF of words and characters with a linear model, as usual in scikit-learn. Reads labelled lines, writes guesses.
#   scikit.py MODEL TRAIN.jsonl TEST.jsonl    MODEL: svc or logistic
# Output, one JSON object: {trainSeconds, bytes, guesses: [[label, confidence]], microseconds: [...]}
import json
import pickle
import resource
import sys
import time

import numpy
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline, make_union
from sklearn.svm import LinearSVC


def read(path):
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def softmax(margins):
    powers = numpy.exp(margins - margins.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


kind, train_path, test_path = sys.argv[1:4]
train, test = read(train_path), read(test_path)
features = make_union(
    TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True),
    TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True),
)
linear = LinearSVC(C=1) if kind == "svc" else LogisticRegression(C=30, max_iter=150)
model = make_pipeline(features, linear)
begun = time.process_time()
model.fit([line["text"] for line in train], [line["intent"] for line in train])
seconds = time.process_time() - begun
labels = model.classes_
texts = [line["text"] for line in test]
probabilities = softmax(model.decision_function(texts)) if kind == "svc" else model.predict_proba(texts)
places = probabilities.argmax(axis=1)
times = []
for text in texts[:300]:
    begun = time.perf_counter()
    model.predict([text])
    times.append((time.perf_counter() - begun) * 1e6)
print(
    json.dumps(
        {
            "trainSeconds": seconds,
            "bytes": len(pickle.dumps(model)),
            "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            "guesses": [[str(labels[place]), float(row[place])] for place, row in zip(places, probabilities)],
            "microseconds": times,
        }
    )
)
