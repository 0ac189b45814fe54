#!/bin/bash
# Made for the tests of qianka. SPDX-License-Identifier: Apache-2.0
#SBATCH --nodes=8 --gpus-per-node=8
export CUDA_DEVICE_MAX_CONNECTIONS=1
MODEL_SIZE=${1:-13B}
GPUS_PER_NODE=8
NNODES=${NNODES:-8}
WORLD_SIZE=$(($GPUS_PER_NODE*NNODES))
TP=8; PP=2
case $MODEL_SIZE in
  7B) LAYERS=32; HIDDEN=4096; HEADS=32; FFN=11008 ;;
  13B) LAYERS=40; HIDDEN=5120; HEADS=40; FFN=13824 ;;
esac
MBS=1
GBS=$((MBS * WORLD_SIZE / (TP * PP) * 16))

DISTRIBUTED_ARGS="--nproc_per_node $GPUS_PER_NODE --nnodes $NNODES --node_rank ${RANK}"
GPT_ARGS="
    --num-layers $LAYERS \
    --hidden-size ${HIDDEN} \
    --ffn-hidden-size $FFN --num-attention-heads $HEADS \
    --seq-length 4096 --max-position-embeddings 4096 \
    --position-embedding-type rope --swiglu --disable-bias-linear \
    --untie-embeddings-and-output-weights \
    --attention-dropout 0.0 --hidden-dropout 0
"
PARALLEL=(
    --tensor-model-parallel-size $TP   # inside a node
    --pipeline-model-parallel-size "$PP"
    --num-layers-per-virtual-pipeline-stage 5
    --sequence-parallel
    --use-distributed-optimizer --overlap-grad-reduce
)
if [ "$SELECTIVE" != "no" ]; then
  PARALLEL+=(--recompute-activations)
fi
torchrun $DISTRIBUTED_ARGS pretrain_gpt.py $GPT_ARGS "${PARALLEL[@]}" \
    --micro-batch-size ${MBS} --global-batch-size $GBS --vocab-size 32000 \
    --train-iters 5000 --save-interval 500 --bf16 --lr 1.0e-4 2>&1 | tee log.txt
